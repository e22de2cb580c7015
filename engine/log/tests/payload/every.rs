//! Every event there is, and every kind of actor.

use parcours_core::PersonId;
use parcours_core::definition::{RecourseKind, SilenceMeaning};
use parcours_core::journey::{
    Actor, ActorKind, Assurance, CallPurpose, CallTarget, Channel, Dates, Event, LinkId, Rule,
    SettledBy, Source, Until,
};
use parcours_core::name::{DefinitionHash, JourneyName, RouteId, ServiceId};

use crate::parts::Parts;

impl Parts {
    /// Every kind of actor.
    pub(crate) fn actors(&self) -> Vec<Actor> {
        let caf = ServiceId::new("caf").unwrap();
        let other = PersonId::new(&format!("{}-2", self.person)).unwrap();
        vec![
            Actor::citizen(self.person.clone()),
            Actor {
                on_behalf_of: Some(other),
                mandate: Some(self.words.clone()),
                assurance: Assurance::None,
                channel: Channel::Phone,
                ..Actor::agent(self.person.clone())
            },
            Actor {
                mandate: Some(self.words.clone()),
                channel: Channel::Counter,
                ..Actor::service(caf)
            },
            Actor {
                channel: Channel::Post,
                ..Actor::system(ActorKind::Source(format!("urn:{}", self.words)))
            },
            Actor::engine(),
        ]
    }

    /// Every event, with every kind of what it may hold.
    pub(crate) fn every(&self) -> Vec<Event> {
        let mut events = self.first();
        events.extend(self.since());
        events.extend(self.file());
        events.extend(self.attempts());
        events.extend(self.starts());
        events.extend(self.links());
        events.extend(self.recorded());
        events
    }

    /// What links can come to.
    pub(crate) fn links(&self) -> Vec<Event> {
        let of = |link| Event::LinksRevoked { link };
        vec![of(None), of(Some(LinkId([7; 6])))]
    }

    /// What an agent wrote down as done, which was first told apart after [`links`](Self::links).
    pub(crate) fn recorded(&self) -> Vec<Event> {
        vec![Event::StepSettled {
            step: self.step(),
            on: self.about(self.day.date()),
            by: SettledBy::Recorded,
            reply: None,
        }]
    }

    /// The events that came after those of [`first`](Self::first).
    pub(crate) fn since(&self) -> Vec<Event> {
        let late = |reply, code| Event::AnsweredLate {
            step: self.step(),
            call: 1,
            reply,
            code,
        };
        vec![
            Event::PeopleNumbered {
                role: parcours_core::name::Role::new("child").unwrap(),
                numbers: vec![self.number, 0],
                gone: self.told().parts,
            },
            late(Some(self.about(self.secret.clone())), None),
            late(None, Some(self.about(self.words.clone()))),
            Event::UndoStarted {
                step: self.step(),
                because: self.because(Rule::Declined),
            },
        ]
    }

    /// What an office says of a file: these came later than the others, and have a sample of their own.
    pub(crate) fn file(&self) -> Vec<Event> {
        use Event::*;

        let step = self.step();
        let on = || self.about(self.day.date());
        vec![
            FileIncomplete {
                step: step.clone(),
                on: on(),
                pieces: self.about(self.words.clone()),
                until: Some(on()),
                told: Some(u32::MAX),
            },
            FileIncomplete {
                step: step.clone(),
                on: on(),
                pieces: self.about(self.words.clone()),
                until: None,
                told: None,
            },
            FileComplete {
                step,
                on: on(),
                told: None,
            },
        ]
    }

    /// Attempts that failed: these came after those of [`file`](Self::file).
    pub(crate) fn attempts(&self) -> Vec<Event> {
        let again = self.day.starts() + chrono::TimeDelta::microseconds(12_345_678);
        let targets = [CallTarget::Step(self.step()), CallTarget::Fact(self.fact())];
        let of = |target: CallTarget| {
            let failed = |attempt, again| Event::CallAttemptFailed {
                target: target.clone(),
                call: 1,
                attempt,
                what: self.about(self.words.clone()),
                again,
            };
            [
                failed(7, Some(self.about(again))),
                Event::CallRepeated {
                    target: target.clone(),
                    call: 1,
                    attempt: 8,
                },
                failed(u32::MAX, None),
            ]
        };
        targets.into_iter().flat_map(of).collect()
    }

    /// A rule that spoke first after [`attempts`](Self::attempts).
    pub(crate) fn starts(&self) -> Vec<Event> {
        vec![Event::StepSetAside {
            step: self.step(),
            because: self.because(Rule::Starts),
        }]
    }

    /// The events that there were first.
    pub(crate) fn first(&self) -> Vec<Event> {
        use Event::*;

        let (step, fact) = (self.step(), self.fact());
        let on = || self.about(self.day.date());
        let because = || self.because(Rule::When);
        let journey = JourneyName::new("birth").unwrap();
        let role = parcours_core::name::Role::new("child").unwrap();
        let code = || self.about(self.words.clone());
        let value = || self.about(self.secret.clone());
        let hash: Vec<u8> = [self.bytes, self.bytes].concat();
        let mut events = vec![
            Started {
                journey: journey.clone(),
                holder: self.about(self.person.clone()),
                told: self.told(),
            },
            LifeEventCorrected(self.told()),
            LifeEventRetracted,
            FactDisputed {
                fact: fact.clone(),
                claimed: self.yes.then(value),
            },
            FactDisputed {
                fact: fact.clone(),
                claimed: None,
            },
            FactRequested {
                fact: fact.clone(),
                origin: self.number,
                call: self.call(),
            },
            FactUnavailable {
                fact: fact.clone(),
                origin: self.number,
                code: code(),
            },
            QuestionAsked {
                fact: fact.clone(),
                role: role.clone(),
            },
            StepSetAside {
                step: step.clone(),
                because: because(),
            },
            StepOpened {
                step: step.clone(),
                dates: self.dates(),
                provisional: self.yes,
                quiet: !self.yes,
                because: because(),
            },
            StepOpened {
                step: step.clone(),
                dates: Dates::default(),
                provisional: !self.yes,
                quiet: self.yes,
                because: because(),
            },
            StepRescheduled {
                step: step.clone(),
                dates: self.dates(),
                provisional: self.yes,
                because: because(),
            },
            StepOverdue {
                step: step.clone(),
                incident: self.yes,
            },
            RuleFailed {
                step: step.clone(),
                what: self.about(self.words.clone()),
            },
            RuleMended { step: step.clone() },
            AnswerUnfit {
                target: CallTarget::Fact(fact.clone()),
                call: 1,
                what: self.about(self.words.clone()),
            },
            AnswerUnfit {
                target: CallTarget::Step(step.clone()),
                call: 1,
                what: self.about(self.words.clone()),
            },
            StepLapsed { step: step.clone() },
            CallAcknowledged {
                step: step.clone(),
                call: 1,
                reply: value(),
            },
            ServiceTold {
                event: "mairie.birth_registered".parse().unwrap(),
                data: value(),
                on: on(),
            },
            SilenceSuspended {
                step: step.clone(),
                suspended: self.yes,
                on: on(),
            },
            StepRefused {
                step: step.clone(),
                on: on(),
                code: code(),
                motive: Some(self.about(self.words.clone())),
                notice_defective: self.yes,
            },
            StepRefused {
                step: step.clone(),
                on: on(),
                code: code(),
                motive: None,
                notice_defective: !self.yes,
            },
            StepDeclined {
                step: step.clone(),
                on: on(),
            },
            StepResumed { step: step.clone() },
            UndoStarted {
                step: step.clone(),
                because: because(),
            },
            StepUndone { step: step.clone() },
            StepIrrevocable {
                step: step.clone(),
                because: because(),
            },
            PeerChanged {
                from: self.journey(),
                journey,
                role,
                step: step.clone(),
                settled: self.yes,
            },
            Heard,
            JourneyEnded,
            JourneyReopened,
        ];
        for rule in rules() {
            let definition = DefinitionHash::from_bytes(hash.clone().try_into().unwrap());
            events.push(LawChosen {
                definition,
                provisional: self.yes,
                because: self.because(rule),
            });
        }
        for source in [
            Source::Declared,
            Source::Agent,
            Source::Evidence(ServiceId::new("caf").unwrap()),
        ] {
            events.push(FactLearned {
                fact: fact.clone(),
                value: value(),
                source,
                occurred_on: on(),
            });
        }
        for until in [
            Until::Facts,
            Until::Steps(vec![step.clone(), "pay_fee".parse().unwrap()]),
            Until::Peers,
            Until::Date(self.about(self.day)),
        ] {
            events.push(StepWaits {
                step: step.clone(),
                until,
                because: because(),
            });
        }
        for purpose in [CallPurpose::Do, CallPurpose::Undo] {
            events.push(CallRequested {
                step: step.clone(),
                purpose,
                call: self.call(),
            });
            events.push(StepFailed {
                step: step.clone(),
                purpose,
                what: self.about(self.words.clone()),
            });
        }
        for by in [
            SettledBy::Event("mairie.birth_registered".parse().unwrap()),
            SettledBy::Answer(u32::MAX),
            SettledBy::Declared,
            SettledBy::Decision,
            SettledBy::Told,
        ] {
            events.push(StepSettled {
                step: step.clone(),
                on: on(),
                by,
                reply: self.yes.then(value),
            });
        }
        for means in [SilenceMeaning::Acceptance, SilenceMeaning::Refusal] {
            events.push(StepDeemed {
                step: step.clone(),
                on: on(),
                means,
            });
        }
        for kind in recourses() {
            events.push(AppealLodged {
                step: step.clone(),
                kind,
                on: on(),
            });
        }
        events
    }
}

fn rules() -> [Rule; 12] {
    [
        Rule::Applies,
        Rule::Law,
        Rule::When,
        Rule::Route(RouteId::new("court_ruling").unwrap()),
        Rule::After,
        Rule::NotBefore,
        Rule::Due,
        Rule::Arguments,
        Rule::InverseAct,
        Rule::NoSubject,
        Rule::Retracted,
        Rule::NoLaw,
    ]
}

fn recourses() -> [RecourseKind; 8] {
    [
        RecourseKind::Gracious,
        RecourseKind::Hierarchical,
        RecourseKind::PriorAppeal,
        RecourseKind::Mediation,
        RecourseKind::AdministrativeCourt,
        RecourseKind::JudicialCourt,
        RecourseKind::LabourCourt,
        RecourseKind::TaxComplaint,
    ]
}

//! A public body's system, and a type of life event.

use parcours_core::definition::OperationKind;
use schemars::{Schema, SchemaGenerator, json_schema};

use crate::read::{
    Canonical, FieldsText, Flag, Id, Listed, Named, Number, Opt, Part, Raw, RawWords, Read, Reader,
    Req, Text, Wait, choice, record,
};
use crate::source::At;
use crate::yaml::{Kind, Node};

record! {
    /// A public body: `journeys/services/<service>.yaml`.
    RawService as "a service" {
        /// Its id, which is also the file's name.
        service: Req<Id>,
        /// What people call it.
        title: Req<RawWords>,
        /// Whom to ask, and how.
        contact: Req<RawContact>,
        /// Its calendar when a step names no commune.
        territory: Req<Text>,
        /// What can be asked of it.
        operations: Opt<Named<RawOperation>>,
        /// What it tells by itself, and what that says.
        events: Opt<Named<FieldsText>>,
    }
}

record! {
    /// How to reach a service.
    RawContact as "`contact`" {
        /// In plain words.
        words: Req<RawWords>,
        /// Its site.
        url: Opt<Text>,
        /// A telephone number, as people dial it.
        phone: Opt<Text>,
    }
}

record! {
    /// What can be asked of a service.
    RawOperation as "an operation" {
        /// What it is called.
        title: Req<RawWords>,
        /// reads, acts or undoes.
        kind: Req<OperationWord>,
        /// What it needs, by name and type.
        arguments: Opt<FieldsText>,
        /// What a positive reply says, by name and type.
        reply: Opt<FieldsText>,
        /// Refusals it may give.
        refusals: Opt<Named<RawWords>>,
        /// How a call that fails is made again.
        retry: Opt<RawRetry>,
        /// How the simulator answers.
        simulator: Req<RawSimulator>,
    }
}

choice! {
    /// What an operation does.
    OperationWord as "what an operation does" => OperationKind {
        "reads" => OperationKind::Reads,
        "acts" => OperationKind::Acts,
        "undoes" => OperationKind::Undoes,
    }
}

record! {
    /// How a call that fails is made again.
    RawRetry as "`retry`" {
        /// At most so many, the first included.
        attempts: Opt<Number>,
        /// Before the second attempt.
        first: Opt<Wait>,
        /// Each wait is the one before times this.
        factor: Opt<Number>,
        /// No wait is longer.
        longest: Opt<Wait>,
    }
}

record! {
    /// How a simulated service answers.
    RawSimulator as "`simulator`" {
        /// How long it takes.
        after: Opt<Wait>,
        /// The first whose condition over `argument` holds answers.
        cases: Opt<Listed<RawCase>>,
        /// The answer otherwise.
        otherwise: Req<RawAnswer>,
    }
}

record! {
    /// One case: `when`, and exactly one of `reply`, `refuse`, `fail`, `silence`.
    RawCase as "a case" {
        /// A condition over `argument`.
        when: Req<Text>,
        /// A positive reply; each value is an expression over `argument`.
        reply: Opt<Named<Text>>,
        /// A refusal, by its code.
        refuse: Opt<Id>,
        /// An outage: the call fails and is made again.
        fail: Opt<Text>,
        /// Nothing comes back.
        silence: Opt<Flag>,
    }
}

record! {
    /// A simulated answer: exactly one of `reply`, `refuse`, `fail`, `silence`.
    RawAnswer as "an answer" {
        /// A positive reply; each value is an expression over `argument`.
        reply: Opt<Named<Text>>,
        /// A refusal, by its code.
        refuse: Opt<Id>,
        /// An outage: the call fails and is made again.
        fail: Opt<Text>,
        /// Nothing comes back.
        silence: Opt<Flag>,
    }
}

impl RawCase {
    /// Its answer, without its condition.
    pub(crate) fn answer(&self) -> RawAnswer {
        RawAnswer {
            span: self.span,
            reply: self.reply.clone(),
            refuse: self.refuse.clone(),
            fail: self.fail.clone(),
            silence: self.silence.clone(),
        }
    }
}

record! {
    /// A type of life event: `journeys/life-events/<life_event>.yaml`.
    RawLifeEvent as "a type of life event" {
        /// Its name, which is also the file's.
        life_event: Req<Id>,
        /// What people call it.
        title: Req<RawWords>,
        /// The property that says when it happened.
        date: Req<Id>,
        /// It may be published before that date: a move that is planned, a contract that will end.
        may_be_ahead: Opt<Flag>,
        /// The property that says where it happened, an INSEE code: a day that has come there has come. Mainland France when absent.
        place: Opt<Id>,
        /// Properties whose records are other people's data.
        people: Opt<Listed<Id>>,
        /// What people call its properties, by their path: `children.born_on`.
        labels: Opt<Labels>,
        /// JSON Schema 2020-12 of its data: the contract.
        schema: Req<Raw>,
        /// Invented examples; the first is the one that is tried by default.
        examples: Req<Listed<RawExample>>,
    }
}

record! {
    /// An invented life event.
    RawExample as "an example" {
        /// `twins`.
        name: Req<Id>,
        /// What it shows.
        title: Req<RawWords>,
        /// Its data.
        data: Req<Raw>,
    }
}

/// Words by the path of a property, places in lists left out: `children.born_on`.
#[derive(Clone, Debug)]
pub(crate) struct Labels(pub(crate) Vec<(At<String>, Option<RawWords>)>);

impl Read for Labels {
    fn read(node: &Node, reader: &mut Reader<'_>) -> Option<Self> {
        let Kind::Map(entries) = &node.kind else {
            reader.wrong_shape(
                node,
                "paths with their words",
                "write `children.born_on: { fr: \"…\", en: \"…\" }`",
            );
            return None;
        };
        let labels = entries
            .iter()
            .map(|(path, words)| (path.clone(), RawWords::read(words, reader)));
        Some(Self(labels.collect()))
    }

    fn schema(generator: &mut SchemaGenerator) -> Schema {
        let words = RawWords::schema(generator);
        json_schema!({ "type": "object", "additionalProperties": words })
    }

    fn canonical(&self, part: Part) -> Option<Canonical> {
        Canonical::map(self.0.iter().map(|(path, words)| {
            (
                path.value.clone(),
                words.as_ref().and_then(|words| words.canonical(part)),
            )
        }))
    }
}

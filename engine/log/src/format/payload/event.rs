//! The stored names of all that can be decided. This table is format 1.

use parcours_core::definition::{RecourseKind, SilenceMeaning};
use parcours_core::journey::{
    CallMade, CallPurpose, CallTarget, Dates, Event, LifeEventTold, Part, SettledBy, Source, Until,
};

use super::error::{DecodeError, EncodeError};
use super::stored::{Loading, Stored, Storing, choice, record, worded};
use super::tree::Tree;

choice!(Event {
    Started { journey = "journey", holder = "holder", told = "told" } = "started",
    LifeEventCorrected(told) = "life_event_corrected",
    PeopleNumbered { role = "role", numbers = "numbers", gone = "gone" } = "people_numbered",
    LifeEventRetracted = "life_event_retracted",
    LawChosen { definition = "law", provisional = "maybe", because = "why" } = "law_chosen",
    FactLearned { fact = "fact", value = "value", source = "from", occurred_on = "on" } = "fact_learned",
    FactDisputed { fact = "fact", claimed = "claimed" } = "fact_disputed",
    FactRequested { fact = "fact", origin = "origin", call = "call" } = "fact_requested",
    FactUnavailable { fact = "fact", origin = "origin", code = "code" } = "fact_unavailable",
    QuestionAsked { fact = "fact", role = "role" } = "question_asked",
    StepWaits { step = "step", until = "until", because = "why" } = "step_waits",
    StepSetAside { step = "step", because = "why" } = "step_set_aside",
    StepOpened {
        step = "step", dates = "dates", provisional = "maybe", quiet = "quiet", because = "why",
    } = "step_opened",
    StepRescheduled {
        step = "step", dates = "dates", provisional = "maybe", because = "why",
    } = "step_rescheduled",
    StepOverdue { step = "step", incident = "incident" } = "step_overdue",
    RuleFailed { step = "step", what = "what" } = "rule_failed",
    RuleMended { step = "step" } = "rule_mended",
    AnswerUnfit { target = "target", call = "call", what = "what" } = "answer_unfit",
    StepLapsed { step = "step" } = "step_lapsed",
    CallRequested { step = "step", purpose = "to", call = "call" } = "call_requested",
    CallAttemptFailed {
        target = "target", call = "call", attempt = "attempt", what = "what", again = "again",
    } = "call_attempt_failed",
    CallRepeated { target = "target", call = "call", attempt = "attempt" } = "call_repeated",
    CallAcknowledged { step = "step", call = "call", reply = "reply" } = "call_acknowledged",
    AnsweredLate { step = "step", call = "call", reply = "reply", code = "code" } = "answered_late",
    ServiceTold { event = "event", data = "data", on = "on" } = "service_told",
    SilenceSuspended { step = "step", suspended = "stopped", on = "on" } = "silence_suspended",
    FileIncomplete {
        step = "step", on = "on", pieces = "pieces", until = "until", told = "told",
    } = "file_incomplete",
    FileComplete { step = "step", on = "on", told = "told" } = "file_complete",
    StepSettled { step = "step", on = "on", by = "by", reply = "reply" } = "step_settled",
    StepDeemed { step = "step", on = "on", means = "means" } = "step_deemed",
    StepRefused {
        step = "step", on = "on", code = "code", motive = "motive", notice_defective = "defective",
    } = "step_refused",
    StepDeclined { step = "step", on = "on" } = "step_declined",
    StepFailed { step = "step", purpose = "to", what = "what" } = "step_failed",
    StepResumed { step = "step" } = "step_resumed",
    UndoStarted { step = "step", because = "why" } = "undo_started",
    StepUndone { step = "step" } = "step_undone",
    StepIrrevocable { step = "step", because = "why" } = "step_irrevocable",
    AppealLodged { step = "step", kind = "kind", on = "on" } = "appeal_lodged",
    PeerChanged {
        from = "from", journey = "journey", role = "role", step = "step", settled = "settled",
    } = "peer_changed",
    LinksRevoked { link = "link" } = "links_revoked",
    Heard = "heard",
    JourneyEnded = "journey_ended",
    JourneyReopened = "journey_reopened",
});

record!(LifeEventTold { kind = "kind", name = "name", occurred_on = "on", parts = "parts" });

record!(Part { at = "at", value = "value" });

record!(Dates { due = "due", effect = "effect" });

record!(CallMade { number = "n", operation = "op", arguments = "args" });

choice!(Source {
    Declared = "declared",
    Agent = "agent",
    Evidence(service) = "evidence",
});

choice!(Until {
    Facts = "facts",
    Steps(steps) = "steps",
    Peers = "peers",
    Date(date) = "date",
});

choice!(CallTarget {
    Step(step) = "step",
    Fact(fact) = "fact",
});

choice!(CallPurpose {
    Do = "do",
    Undo = "undo",
});

choice!(SettledBy {
    Event(event) = "event",
    Answer(call) = "answer",
    Declared = "declared",
    Recorded = "recorded",
    Decision = "decision",
    Told = "told",
});

choice!(SilenceMeaning {
    Acceptance = "acceptance",
    Refusal = "refusal",
});

choice!(RecourseKind {
    Gracious = "gracious",
    Hierarchical = "hierarchical",
    PriorAppeal = "prior_appeal",
    Mediation = "mediation",
    AdministrativeCourt = "administrative_court",
    JudicialCourt = "judicial_court",
    LabourCourt = "labour_court",
    TaxComplaint = "tax_complaint",
});

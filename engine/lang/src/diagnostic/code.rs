//! The codes of diagnostics: stable names, each with its page.

use std::fmt;

/// Whether a catalog can be used in spite of a problem.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// It cannot.
    Error,
    /// It can; somebody should look.
    Warning,
}

macro_rules! codes {
    ($($(#[$doc:meta])* $name:ident = $text:literal, $severity:ident, $page:literal;)+) => {
        /// What kind of problem. Shown as `parcours::step::no_law`; published codes never change their meaning.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Code { $($(#[$doc])* $name,)+ }

        impl Code {
            /// Every code.
            pub const ALL: &'static [Self] = &[$(Self::$name,)+];

            /// Its text, `parcours::step::no_law`.
            #[must_use]
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$name => concat!("parcours::", $text),)+ }
            }

            /// Whether a catalog can be used in spite of it.
            #[must_use]
            pub fn severity(self) -> Severity {
                match self { $(Self::$name => Severity::$severity,)+ }
            }

            /// Its page, in Markdown: what is wrong, an example, how to mend it.
            #[must_use]
            pub fn page(self) -> &'static str {
                match self { $(Self::$name => include_str!(concat!("../../pages/", $page)),)+ }
            }
        }
    };
}

codes! {
    /// The file is not YAML.
    YamlSyntax = "yaml::syntax", Error, "yaml/syntax.md";
    /// A tab indents a line.
    YamlTab = "yaml::tab", Error, "yaml/tab.md";
    /// An anchor, alias or merge key.
    YamlAnchor = "yaml::anchor", Error, "yaml/anchor.md";
    /// A YAML tag.
    YamlTag = "yaml::tag", Error, "yaml/tag.md";
    /// Curly quotes where straight ones were meant.
    YamlQuotes = "yaml::quotes", Error, "yaml/quotes.md";
    /// A key is said twice.
    YamlDuplicateKey = "yaml::duplicate_key", Error, "yaml/duplicate_key.md";
    /// A file beyond what is read.
    YamlTooLarge = "yaml::too_large", Error, "yaml/too_large.md";
    /// A key that does not exist here.
    UnknownKey = "key::unknown", Error, "key/unknown.md";
    /// A key that must be there is not.
    MissingKey = "key::missing", Error, "key/missing.md";
    /// Keys that exclude or need each other.
    KeyConflict = "key::conflict", Error, "key/conflict.md";
    /// A value of another shape than its key holds.
    WrongShape = "shape::wrong", Error, "shape/wrong.md";
    /// A word that is not one of the choices.
    UnknownWord = "shape::unknown_word", Error, "shape/unknown_word.md";
    /// An id that is not snake_case.
    BadId = "name::not_snake_case", Error, "name/not_snake_case.md";
    /// A name that nothing declares.
    UnknownName = "name::unknown", Error, "name/unknown.md";
    /// A name that already means something else.
    NameTaken = "name::taken", Error, "name/taken.md";
    /// Words in one language only.
    NoLanguage = "words::one_language", Error, "words/one_language.md";
    /// Words that say nothing.
    EmptyWords = "words::empty", Error, "words/empty.md";
    /// A placeholder that names nothing.
    Placeholder = "words::placeholder", Error, "words/placeholder.md";
    /// An expression longer, or nested deeper, than a reader could follow.
    ConditionTooLong = "condition::too_long", Error, "condition/too_long.md";
    /// An expression that cannot be read.
    ConditionSyntax = "condition::syntax", Error, "condition/syntax.md";
    /// Something that conditions do not have.
    ConditionNotSupported = "condition::not_supported", Error, "condition/not_supported.md";
    /// A condition that asks what time it is.
    ConditionNoClock = "condition::no_clock", Error, "condition/no_clock.md";
    /// A condition that names something that is not declared.
    ConditionUnknownName = "condition::unknown_name", Error, "condition/unknown_name.md";
    /// Values of the wrong types, put together or answered.
    ConditionWrongType = "condition::wrong_type", Error, "condition/wrong_type.md";
    /// An amount that is not written in euros and cents.
    ConditionBadAmount = "condition::bad_amount", Error, "condition/bad_amount.md";
    /// A date that does not exist, in a condition.
    ConditionBadDate = "condition::bad_date", Error, "condition/bad_date.md";
    /// A text compared with a word that it can never be.
    ConditionNotAChoice = "condition::not_a_choice", Error, "condition/not_a_choice.md";
    /// What may be absent, read without asking `has()` first.
    ConditionMayBeAbsent = "condition::may_be_absent", Error, "condition/may_be_absent.md";
    /// `has()` asked of what is always there.
    ConditionAlwaysThere = "condition::always_there", Error, "condition/always_there.md";
    /// A macro whose item has a name that already means something.
    ConditionTakenName = "condition::taken_name", Error, "condition/taken_name.md";
    /// A condition that has one answer only.
    ConditionConstant = "condition::constant", Warning, "condition/constant.md";
    /// Not the shape of a date rule.
    DateRuleNotARule = "date_rule::not_a_rule", Error, "date_rule/not_a_rule.md";
    /// A key that no date rule has.
    DateRuleUnknownKey = "date_rule::unknown_key", Error, "date_rule/unknown_key.md";
    /// A date rule that does not say how its date is reckoned.
    DateRuleSaysNothing = "date_rule::says_nothing", Error, "date_rule/says_nothing.md";
    /// Two ways to count in one date rule.
    DateRuleSaysTwoThings = "date_rule::says_two_things", Error, "date_rule/says_two_things.md";
    /// A key of a date rule that means nothing beside the others.
    DateRuleMisplacedKey = "date_rule::misplaced_key", Error, "date_rule/misplaced_key.md";
    /// A key of a date rule that another one needs.
    DateRuleMissingKey = "date_rule::missing_key", Error, "date_rule/missing_key.md";
    /// Two dates to start from.
    DateRuleTwoStarts = "date_rule::two_starts", Error, "date_rule/two_starts.md";
    /// A number of a date rule that is out of bounds.
    DateRuleBadNumber = "date_rule::bad_number", Error, "date_rule/bad_number.md";
    /// A word that a key of a date rule does not know.
    DateRuleUnknownWord = "date_rule::unknown_word", Error, "date_rule/unknown_word.md";
    /// A key of a date rule with nothing in it.
    DateRuleEmpty = "date_rule::empty", Error, "date_rule/empty.md";
    /// A day that no month or year has.
    DateRuleNoSuchDay = "date_rule::no_such_day", Error, "date_rule/no_such_day.md";
    /// `that_day` where there is no rule before.
    DateRuleNoThatDay = "date_rule::no_that_day", Error, "date_rule/no_that_day.md";
    /// Date rules in date rules, too deep.
    DateRuleTooDeep = "date_rule::too_deep", Error, "date_rule/too_deep.md";
    /// A file whose name and contents disagree.
    FileName = "file::name", Error, "file/name.md";
    /// Two files say the same thing.
    SameThingTwice = "file::twice", Error, "file/twice.md";
    /// An obligation or a right without its article.
    NoLaw = "step::no_law", Error, "step/no_law.md";
    /// A date to keep, and nothing said if it passes.
    NoMissed = "step::no_missed", Error, "step/no_missed.md";
    /// A step that nothing can settle.
    NeverSettled = "step::never_settled", Error, "step/never_settled.md";
    /// A service action that is never taken back.
    NoUndo = "step::no_undo", Error, "step/no_undo.md";
    /// A right that can be refused, without recourse.
    NoRecourse = "step::no_recourse", Warning, "step/no_recourse.md";
    /// Steps that wait for one another.
    AfterCycle = "step::after_cycle", Error, "step/after_cycle.md";
    /// A condition that depends on its own answer.
    ConditionCycle = "step::condition_cycle", Error, "step/condition_cycle.md";
    /// A step that waits for another person's journey.
    PeerStep = "step::peer", Error, "step/peer.md";
    /// A step that can never be in a plan.
    Unreachable = "step::unreachable", Error, "step/unreachable.md";
    /// A window that closes before it opens.
    EmptyWindow = "step::empty_window", Error, "step/empty_window.md";
    /// An appeal counted from a day that a refused step does not have.
    AppealStart = "step::appeal_start", Error, "step/appeal_start.md";
    /// A step taken back by what is not there for that, or by itself.
    InverseAct = "step::inverse", Error, "step/inverse.md";
    /// Something rests on a request or a refusal that never comes.
    NeverComes = "step::never_comes", Error, "step/never_comes.md";
    /// A message that says for which of them it is to nobody.
    WhoseMessage = "step::whose_message", Warning, "step/whose_message.md";
    /// Silence that is counted as no general law counts it.
    SilenceClock = "step::silence_clock", Warning, "step/silence_clock.md";
    /// A compulsory appeal without a last day.
    AppealWithoutDate = "step::appeal_without_date", Warning, "step/appeal_without_date.md";
    /// A step that changed kind between law versions.
    KindChanged = "step::kind_changed", Error, "step/kind_changed.md";
    /// Arguments that the operation does not take.
    CallArgument = "call::argument", Error, "call/argument.md";
    /// An operation used for what it is not.
    CallKind = "call::kind", Error, "call/kind.md";
    /// Something taken from a reply that does not hold it.
    CallTake = "call::take", Error, "call/take.md";
    /// A fact that nobody can supply.
    NoOrigin = "fact::no_origin", Error, "fact/no_origin.md";
    /// A person is asked, and there is no question.
    NoQuestion = "fact::no_question", Error, "fact/no_question.md";
    /// A person is asked what an administration holds.
    AskHeld = "fact::held", Warning, "fact/held.md";
    /// A fact of each child, read where no child is meant.
    WhichOne = "fact::which_one", Error, "fact/which_one.md";
    /// Choices of a fact that is not a text.
    BadChoices = "fact::choices", Error, "fact/choices.md";
    /// Something declared that nothing reads.
    Unused = "unused", Warning, "unused.md";
    /// A legal value of another type than declared.
    ValueType = "value::type", Error, "value/type.md";
    /// A unit that people are not told, or that is not the one it is used in.
    ValueUnit = "value::unit", Error, "value/unit.md";
    /// A legal value that says nothing for the first dates of its law.
    BeginsLate = "value::begins_late", Error, "value/begins_late.md";
    /// Law versions that leave a gap or overlap.
    VersionDate = "version::dates", Error, "version/dates.md";
    /// A fact or a legal value of another type than in an earlier law version.
    TypeChanged = "version::type_changed", Error, "version/type_changed.md";
    /// A revision of nothing.
    RevisionOf = "version::revision", Error, "version/revision.md";
    /// A schema that cannot be used.
    LifeEventSchema = "life_event::schema", Error, "life_event/schema.md";
    /// People in a life event whom nobody could forget.
    NobodyForgets = "life_event::people", Error, "life_event/people.md";
    /// An example that its own schema refuses.
    LifeEventExample = "life_event::example", Error, "life_event/example.md";
}

impl Code {
    /// Whether what has this problem may name things that nobody can read in it.
    pub(crate) fn hides_names(self) -> bool {
        let text = self.as_str().trim_start_matches("parcours::");
        let group = text.split("::").next().unwrap_or_default();
        matches!(
            group,
            "yaml" | "key" | "shape" | "name" | "words" | "condition" | "date_rule"
        )
    }

    /// The code of a problem within a condition: it has the same name.
    pub(crate) fn of_condition(code: crate::cel::Code) -> Self {
        Self::named(code.as_str())
            .expect("each code of conditions is among these; a test goes through them all")
    }

    /// The code shown as `text`, with or without `parcours::`.
    #[must_use]
    pub fn named(text: &str) -> Option<Self> {
        let text = text.strip_prefix("parcours::").unwrap_or(text);
        Self::ALL
            .iter()
            .copied()
            .find(|code| code.as_str().strip_prefix("parcours::") == Some(text))
    }
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_of_conditions_is_one_of_ours() {
        for code in crate::cel::Code::ALL {
            assert_eq!(Code::of_condition(*code).as_str(), code.as_str());
        }
    }
}

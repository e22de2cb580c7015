//! The codes of diagnostics: stable names.

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
    ($($(#[$doc:meta])* $name:ident = $text:literal, $severity:ident;)+) => {
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
        }
    };
}

codes! {
    /// The file is not YAML.
    YamlSyntax = "yaml::syntax", Error;
    /// A tab indents a line.
    YamlTab = "yaml::tab", Error;
    /// An anchor, alias or merge key.
    YamlAnchor = "yaml::anchor", Error;
    /// A YAML tag.
    YamlTag = "yaml::tag", Error;
    /// A key is said twice.
    YamlDuplicateKey = "yaml::duplicate_key", Error;
    /// A file beyond what is read.
    YamlTooLarge = "yaml::too_large", Error;
    /// A key that does not exist here.
    UnknownKey = "key::unknown", Error;
    /// A key that must be there is not.
    MissingKey = "key::missing", Error;
    /// Keys that exclude or need each other.
    KeyConflict = "key::conflict", Error;
    /// A value of another shape than its key holds.
    WrongShape = "shape::wrong", Error;
    /// A word that is not one of the choices.
    UnknownWord = "shape::unknown_word", Error;
    /// An id that is not snake_case.
    BadId = "name::not_snake_case", Error;
    /// A name that nothing declares.
    UnknownName = "name::unknown", Error;
    /// A name that already means something else.
    NameTaken = "name::taken", Error;
    /// Words in one language only.
    NoLanguage = "words::one_language", Error;
    /// Words that say nothing.
    EmptyWords = "words::empty", Error;
    /// A placeholder that names nothing.
    Placeholder = "words::placeholder", Error;
    /// An expression longer, or nested deeper, than a reader could follow.
    ConditionTooLong = "condition::too_long", Error;
    /// An expression that cannot be read.
    ConditionSyntax = "condition::syntax", Error;
    /// Something that conditions do not have.
    ConditionNotSupported = "condition::not_supported", Error;
    /// A condition that asks what time it is.
    ConditionNoClock = "condition::no_clock", Error;
    /// A condition that names something that is not declared.
    ConditionUnknownName = "condition::unknown_name", Error;
    /// Values of the wrong types, put together or answered.
    ConditionWrongType = "condition::wrong_type", Error;
    /// An amount that is not written in euros and cents.
    ConditionBadAmount = "condition::bad_amount", Error;
    /// A date that does not exist, in a condition.
    ConditionBadDate = "condition::bad_date", Error;
    /// A text compared with a word that it can never be.
    ConditionNotAChoice = "condition::not_a_choice", Error;
    /// What may be absent, read without asking `has()` first.
    ConditionMayBeAbsent = "condition::may_be_absent", Error;
    /// `has()` asked of what is always there.
    ConditionAlwaysThere = "condition::always_there", Error;
    /// A macro whose item has a name that already means something.
    ConditionTakenName = "condition::taken_name", Error;
    /// Not the shape of a date rule.
    DateRuleNotARule = "date_rule::not_a_rule", Error;
    /// A key that no date rule has.
    DateRuleUnknownKey = "date_rule::unknown_key", Error;
    /// A date rule that does not say how its date is reckoned.
    DateRuleSaysNothing = "date_rule::says_nothing", Error;
    /// Two ways to count in one date rule.
    DateRuleSaysTwoThings = "date_rule::says_two_things", Error;
    /// A key of a date rule that means nothing beside the others.
    DateRuleMisplacedKey = "date_rule::misplaced_key", Error;
    /// A key of a date rule that another one needs.
    DateRuleMissingKey = "date_rule::missing_key", Error;
    /// Two dates to start from.
    DateRuleTwoStarts = "date_rule::two_starts", Error;
    /// A number of a date rule that is out of bounds.
    DateRuleBadNumber = "date_rule::bad_number", Error;
    /// A word that a key of a date rule does not know.
    DateRuleUnknownWord = "date_rule::unknown_word", Error;
    /// A key of a date rule with nothing in it.
    DateRuleEmpty = "date_rule::empty", Error;
    /// A day that no month or year has.
    DateRuleNoSuchDay = "date_rule::no_such_day", Error;
    /// `that_day` where there is no rule before.
    DateRuleNoThatDay = "date_rule::no_that_day", Error;
    /// Date rules in date rules, too deep.
    DateRuleTooDeep = "date_rule::too_deep", Error;
    /// A file whose name and contents disagree.
    FileName = "file::name", Error;
    /// Two files say the same thing.
    SameThingTwice = "file::twice", Error;
    /// An obligation or a right without its article.
    NoLaw = "step::no_law", Error;
    /// A date to keep, and nothing said if it passes.
    NoMissed = "step::no_missed", Error;
    /// A step that nothing can settle.
    NeverSettled = "step::never_settled", Error;
    /// A service action that is never taken back.
    NoUndo = "step::no_undo", Error;
    /// A right that can be refused, without recourse.
    NoRecourse = "step::no_recourse", Warning;
    /// Steps that wait for one another.
    AfterCycle = "step::after_cycle", Error;
    /// A condition that depends on its own answer.
    ConditionCycle = "step::condition_cycle", Error;
    /// A step that can never be in a plan.
    Unreachable = "step::unreachable", Error;
    /// A step that changed kind between law versions.
    KindChanged = "step::kind_changed", Error;
    /// Arguments that the operation does not take.
    CallArgument = "call::argument", Error;
    /// An operation used for what it is not.
    CallKind = "call::kind", Error;
    /// Something taken from a reply that does not hold it.
    CallTake = "call::take", Error;
    /// A fact that nobody can supply.
    NoOrigin = "fact::no_origin", Error;
    /// A person is asked, and there is no question.
    NoQuestion = "fact::no_question", Error;
    /// A person is asked what an administration holds.
    AskHeld = "fact::held", Warning;
    /// Choices of a fact that is not a text.
    BadChoices = "fact::choices", Error;
    /// Something declared that nothing reads.
    Unused = "unused", Warning;
    /// A legal value of another type than declared.
    ValueType = "value::type", Error;
    /// Law versions that leave a gap or overlap.
    VersionDate = "version::dates", Error;
    /// A revision of nothing.
    RevisionOf = "version::revision", Error;
    /// A schema that cannot be used.
    LifeEventSchema = "life_event::schema", Error;
    /// An example that its own schema refuses.
    LifeEventExample = "life_event::example", Error;
}

impl Code {
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

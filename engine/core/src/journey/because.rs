//! Why a step stands as it does, kept as data.
//!
//! An event keeps a [`Because`] without values: which rule, what it rested on, what it lacked. The values stand beside
//! it in the facts, sealed, so that a reason can be read for as long as the facts can, and not longer.

use alloc::collections::BTreeSet;

use crate::expr::{Lacking, Ref, Used};
use crate::name::RouteId;

/// The rule that spoke last, and what it rested on. The law it comes from is in the definition.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Because {
    /// Which rule of the definition.
    pub rule: Rule,
    /// What was read to reach it.
    pub used: BTreeSet<Ref>,
    /// What would have to be known to decide; empty when decided.
    pub lacking: BTreeSet<Lacking>,
}

/// A rule of a step's definition, or of the journey's.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Rule {
    /// Nothing stands in the way.
    Applies,
    /// `applies:` which law version, or whether this rule is the law yet.
    Law,
    /// `when:` the step's condition.
    When,
    /// The route it belongs to is not taken.
    Route(RouteId),
    /// `after:` another step comes first.
    After,
    /// `not_before:` or the window's opening.
    NotBefore,
    /// `due:` or the window's closing.
    Due,
    /// The call's arguments.
    Arguments,
    /// An inverse act was asked for by the step it takes back.
    InverseAct,
    /// Who or what it was for is no longer in the journey.
    NoSubject,
    /// The person does not want it.
    Declined,
    /// The life event was retracted.
    Retracted,
    /// No law version applies to the date of the fact.
    NoLaw,
    /// `starts: { when: … }` the life event, as it is told now, would start no such journey.
    Starts,
}

impl Because {
    /// A rule, by itself.
    #[must_use]
    pub fn rule(rule: Rule) -> Self {
        Self {
            rule,
            used: BTreeSet::new(),
            lacking: BTreeSet::new(),
        }
    }

    /// A rule and what it read.
    #[must_use]
    pub fn used(rule: Rule, used: &Used) -> Self {
        Self {
            rule,
            used: used.keys().cloned().collect(),
            lacking: BTreeSet::new(),
        }
    }

    /// A rule that cannot speak for lack of these.
    #[must_use]
    pub fn lacking(rule: Rule, lacking: BTreeSet<Lacking>, used: &Used) -> Self {
        Self {
            rule,
            used: used.keys().cloned().collect(),
            lacking,
        }
    }
}

//! References: what an expression reads, named as it is written.

use alloc::sync::Arc;
use core::fmt;

use crate::value::Type;

/// Where a reference begins; what a [`Scope`](super::Scope) is asked for.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Root {
    /// `event`: the data of the life event, a record.
    Event,
    /// `fact.<id>`: a fact of the journey.
    Fact(Arc<str>),
    /// `value.<id>`: a legal value, of the law version that applies.
    LegalValue(Arc<str>),
    /// `date.<id>`: a named date rule, resolved.
    Date(Arc<str>),
    /// `step.<id>.<aspect>`: how a step stands. For a step that is done once `each` child (or vehicle…), the scope
    /// answers for the same child inside another `each` step, and for all of them elsewhere.
    Step(Arc<str>, StepAspect),
    /// `people.<role>`: the people in a role, a list.
    People(Arc<str>),
    /// A name bound where the expression stands: `child` in a step that is done once for `each: child`, `reply` where an answer is
    /// read, `argument` where a call is.
    Bound(Arc<str>),
}

impl fmt::Display for Root {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Event => f.write_str("event"),
            Self::Fact(id) => write!(f, "fact.{id}"),
            Self::LegalValue(id) => write!(f, "value.{id}"),
            Self::Date(id) => write!(f, "date.{id}"),
            Self::Step(id, aspect) => write!(f, "step.{id}.{aspect}"),
            Self::People(role) => write!(f, "people.{role}"),
            Self::Bound(name) => f.write_str(name),
        }
    }
}

macro_rules! step_aspects {
    ($($(#[$doc:meta])+ $variant:ident = $name:literal : $ty:ident,)+) => {
        /// What may be asked about a step: a state it is in (true or false), or a date (absent until it is set).
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum StepAspect { $($(#[$doc])+ $variant,)+ }

        impl StepAspect {
            /// Every aspect.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)+];

            /// The aspect as written after `step.<id>.`.
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $name,)+ }
            }

            /// The aspect written so, if there is one.
            pub fn named(name: &str) -> Option<Self> {
                match name { $($name => Some(Self::$variant),)+ _ => None }
            }

            /// What it reads as: [`Type::Bool`], or [`Type::Date`] for the dates.
            pub fn ty(self) -> Type {
                match self { $(Self::$variant => Type::$ty,)+ }
            }
        }
    };
}

step_aspects! {
    /// It is done, or was granted, be it by silence.
    Settled = "settled": Bool,
    /// It is there to be done.
    Open = "open": Bool,
    /// The service said no, be it by silence.
    Refused = "refused": Bool,
    /// Its deadline passed before it was settled.
    Missed = "missed": Bool,
    /// It can no longer be had.
    Lapsed = "lapsed": Bool,
    /// The person did not want it.
    Declined = "declined": Bool,
    /// It was asked for.
    Requested = "requested": Bool,
    /// When it was settled.
    SettledOn = "settled_on": Date,
    /// When it was asked for.
    RequestedOn = "requested_on": Date,
    /// When it was refused.
    RefusedOn = "refused_on": Date,
}

impl StepAspect {
    /// The date that is set whenever this state is true, if there is one: `settled_on` for `settled`. A scope answers so.
    pub fn dated_by(self) -> Option<Self> {
        match self {
            Self::Settled => Some(Self::SettledOn),
            Self::Requested => Some(Self::RequestedOn),
            Self::Refused => Some(Self::RefusedOn),
            Self::Open
            | Self::Missed
            | Self::Lapsed
            | Self::Declined
            | Self::SettledOn
            | Self::RequestedOn
            | Self::RefusedOn => None,
        }
    }
}

impl fmt::Display for StepAspect {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// One move inside a value.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Segment {
    /// Into a field of a record.
    Field(Arc<str>),
    /// Into an item of a list, the first being 0.
    Item(usize),
}

/// A reference, displayed as it is written: `fact.dependent_children`, `event.children[0].born_on`.
///
/// Cheap to clone; ordered by root, then path.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Ref {
    root: Root,
    path: Arc<[Segment]>,
}

impl Ref {
    /// The whole of what is at `root`.
    pub fn root_of(root: Root) -> Self {
        Self {
            root,
            path: Arc::new([]),
        }
    }

    /// `fact.<id>`.
    pub fn fact(id: &str) -> Self {
        Self::root_of(Root::Fact(id.into()))
    }

    /// `value.<id>`.
    pub fn legal_value(id: &str) -> Self {
        Self::root_of(Root::LegalValue(id.into()))
    }

    /// `date.<id>`.
    pub fn date(id: &str) -> Self {
        Self::root_of(Root::Date(id.into()))
    }

    /// `step.<id>.<aspect>`.
    pub fn step(id: &str, aspect: StepAspect) -> Self {
        Self::root_of(Root::Step(id.into(), aspect))
    }

    /// `people.<role>`.
    pub fn people(role: &str) -> Self {
        Self::root_of(Root::People(role.into()))
    }

    /// A name bound where the expression stands, as `child` or `reply`.
    pub fn bound(name: &str) -> Self {
        Self::root_of(Root::Bound(name.into()))
    }

    /// `event`, the whole data of the life event.
    pub fn event() -> Self {
        Self::root_of(Root::Event)
    }

    /// The field `name` of what this refers to.
    #[must_use]
    pub fn field(&self, name: impl Into<Arc<str>>) -> Self {
        self.then(Segment::Field(name.into()))
    }

    /// The item at `index` of what this refers to.
    #[must_use]
    pub fn item(&self, index: usize) -> Self {
        self.then(Segment::Item(index))
    }

    /// What this refers to, one move further in.
    #[must_use]
    pub fn then(&self, segment: Segment) -> Self {
        Self {
            root: self.root.clone(),
            path: self.path.iter().cloned().chain([segment]).collect(),
        }
    }

    /// The reference as far as its first `moves` moves.
    pub(super) fn first(&self, moves: usize) -> Self {
        match self.path.get(..moves) {
            Some(path) if moves < self.path.len() => Self {
                root: self.root.clone(),
                path: path.into(),
            },
            Some(_) | None => self.clone(),
        }
    }

    /// Where it begins.
    pub fn root(&self) -> &Root {
        &self.root
    }

    /// The moves from the root; empty for the whole.
    pub fn path(&self) -> &[Segment] {
        &self.path
    }

    /// The reference without its last move, and that move; `None` at a root.
    pub fn split_last(&self) -> Option<(Self, &Segment)> {
        let (last, path) = self.path.split_last()?;
        Some((
            Self {
                root: self.root.clone(),
                path: path.into(),
            },
            last,
        ))
    }
}

impl fmt::Display for Ref {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.root)?;
        self.path.iter().try_for_each(|segment| match segment {
            Segment::Field(name) => write!(f, ".{name}"),
            Segment::Item(index) => write!(f, "[{index}]"),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::string::ToString;

    #[test]
    fn a_reference_is_shown_as_it_is_written() {
        let born_on = Ref::event().field("children").item(0).field("born_on");
        assert_eq!(born_on.to_string(), "event.children[0].born_on");
        assert_eq!(
            Ref::step("declare_birth", StepAspect::SettledOn).to_string(),
            "step.declare_birth.settled_on"
        );
        assert_eq!(Ref::legal_value("days").to_string(), "value.days");
        assert_eq!(
            Ref::bound("child").field("born_on").to_string(),
            "child.born_on"
        );
    }

    #[test]
    fn every_aspect_reads_back_by_its_name() {
        for aspect in StepAspect::ALL {
            assert_eq!(StepAspect::named(aspect.as_str()), Some(*aspect));
        }
        assert_eq!(StepAspect::named("done"), None);
    }
}

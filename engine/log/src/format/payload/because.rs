//! References and reasons: names only, never a value.

use std::sync::Arc;

use parcours_core::expr::{Lacking, Ref, Root, Segment, StepAspect};
use parcours_core::journey::{Because, Rule};
use parcours_core::value::Reason;

use super::basic;
use super::error::{DecodeError, EncodeError};
use super::stored::{Loading, Stored, Storing, choice, record, worded};
use super::tree::Tree;
use super::value;

record!(Because { rule = "rule", used = "used", lacking = "lacking" });

choice!(Rule {
    Applies = "applies",
    Law = "law",
    When = "when",
    Route(route) = "route",
    After = "after",
    NotBefore = "not_before",
    Due = "due",
    Arguments = "arguments",
    InverseAct = "inverse_act",
    NoSubject = "no_subject",
    Declined = "declined",
    Retracted = "retracted",
    NoLaw = "no_law",
    Starts = "starts",
});

record!(Lacking { reference = "ref", reason = "is" });

impl Stored for Reason {
    fn store(&self, _to: &mut Storing<'_>) -> Result<Tree, EncodeError> {
        Ok(Tree::Text(value::hole(*self).into()))
    }

    fn load(tree: Tree, from: &mut Loading<'_>) -> Result<Self, DecodeError> {
        tree.as_text()
            .and_then(value::reason)
            .ok_or_else(|| from.wrong("the word for a hole is expected"))
    }
}

/// The word of its root, what the root names, then the way in: `["event", "children", 0, "born_on"]`,
/// `["step", "declare_birth", "settled"]`.
impl Stored for Ref {
    fn store(&self, to: &mut Storing<'_>) -> Result<Tree, EncodeError> {
        let root: &[&str] = match self.root() {
            Root::Event => &["event"],
            Root::Fact(id) => &["fact", id],
            Root::LegalValue(id) => &["value", id],
            Root::Date(id) => &["date", id],
            Root::Step(id, aspect) => &["step", id, aspect.as_str()],
            Root::People(role) => &["people", role],
            Root::Bound(name) => &["bound", name],
        };
        let mut moves: Vec<_> = root.iter().map(|&word| Tree::Text(word.into())).collect();
        for segment in self.path() {
            moves.push(segment.store(to)?);
        }
        Ok(Tree::Array(moves))
    }

    fn load(tree: Tree, from: &mut Loading<'_>) -> Result<Self, DecodeError> {
        let mut moves = basic::items(tree, from)?.into_iter();
        let mut word = || match moves.next() {
            Some(Tree::Text(word)) => Some(Arc::<str>::from(word)),
            _ => None,
        };
        let mut root = || {
            Some(match word()?.as_ref() {
                "event" => Root::Event,
                "fact" => Root::Fact(word()?),
                "value" => Root::LegalValue(word()?),
                "date" => Root::Date(word()?),
                "step" => Root::Step(word()?, StepAspect::named(&word()?)?),
                "people" => Root::People(word()?),
                "bound" => Root::Bound(word()?),
                _ => return None,
            })
        };
        let root = root().ok_or_else(|| from.wrong("a reference is expected"))?;
        moves.try_fold(Self::root_of(root), |so_far, next| {
            Ok(so_far.then(Segment::load(next, from)?))
        })
    }
}

/// A field by its name, an item by its number.
impl Stored for Segment {
    fn store(&self, to: &mut Storing<'_>) -> Result<Tree, EncodeError> {
        match self {
            Self::Field(name) => Ok(Tree::Text(name.to_string())),
            Self::Item(index) => match u16::try_from(*index) {
                Ok(index) => Ok(Tree::from(index)),
                Err(_) => Err(EncodeError::TooMuch {
                    at: to.at.as_str().into(),
                    what: "a list with more than 65536 items",
                }),
            },
        }
    }

    fn load(tree: Tree, from: &mut Loading<'_>) -> Result<Self, DecodeError> {
        match tree {
            Tree::Text(name) => Ok(Self::Field(name.into())),
            number => u16::load(number, from).map(|index| Self::Item(index.into())),
        }
    }
}

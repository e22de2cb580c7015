//! How a type is stored: one trait, and two tables that give the stored name of each field and variant.
//!
//! The tables are the format. A name in them never changes: renaming something in the core leaves it as it is, and a new
//! field or variant in the core does not compile until a name is given to it here.

use parcours_core::JourneyId;

use super::error::{DecodeError, EncodeError};
use super::tree::Tree;
use super::vault::Vault;

/// Something that a payload holds in the open.
pub(super) trait Stored: Sized {
    /// As a tree.
    fn store(&self, to: &mut Storing<'_>) -> Result<Tree, EncodeError>;

    /// From a tree.
    fn load(tree: Tree, from: &mut Loading<'_>) -> Result<Self, DecodeError>;

    /// What a field holds that is left out; nothing when it must be there.
    fn left_out() -> Option<Self> {
        None
    }

    /// Whether a field that holds this is left out.
    fn leaves_out(&self) -> bool {
        false
    }
}

/// Where in the payload storing has come to, and what seals.
pub(super) struct Storing<'a> {
    pub(super) vault: &'a dyn Vault,
    pub(super) journey: JourneyId,
    pub(super) at: Path,
}

/// Where in the payload loading has come to, and what opens.
pub(super) struct Loading<'a> {
    pub(super) vault: &'a dyn Vault,
    pub(super) journey: JourneyId,
    pub(super) at: Path,
}

/// A place in a payload: `events.3.step_opened.dates.due`. Sealed values are tied to it.
pub(super) struct Path(String);

impl Path {
    pub(super) fn root(name: String) -> Self {
        Self(name)
    }

    pub(super) fn as_str(&self) -> &str {
        &self.0
    }

    fn enter(&mut self, name: &str) -> usize {
        let before = self.0.len();
        self.0.push('.');
        self.0.push_str(name);
        before
    }

    fn leave(&mut self, before: usize) {
        self.0.truncate(before);
    }
}

impl Storing<'_> {
    /// Does something at the place `name` inside this one.
    pub(super) fn inside<T>(&mut self, name: &str, work: impl FnOnce(&mut Self) -> T) -> T {
        let before = self.at.enter(name);
        let done = work(self);
        self.at.leave(before);
        done
    }

    /// A word that stands alone.
    pub(super) fn word(&self, word: &str) -> Result<Tree, EncodeError> {
        Ok(Tree::Text(word.into()))
    }

    /// Puts a field, unless it is left out.
    pub(super) fn put(
        &mut self,
        fields: &mut Vec<(Tree, Tree)>,
        name: &str,
        field: &impl Stored,
    ) -> Result<(), EncodeError> {
        if !field.leaves_out() {
            let tree = self.inside(name, |to| field.store(to))?;
            fields.push((Tree::Text(name.into()), tree));
        }
        Ok(())
    }
}

impl Loading<'_> {
    /// Does something at the place `name` inside this one. After an error the place stays, for the message.
    pub(super) fn inside<T>(
        &mut self,
        name: &str,
        work: impl FnOnce(&mut Self) -> Result<T, DecodeError>,
    ) -> Result<T, DecodeError> {
        let before = self.at.enter(name);
        let done = work(self)?;
        self.at.leave(before);
        Ok(done)
    }

    /// Something there is not what was written.
    pub(super) fn wrong(&self, what: &'static str) -> DecodeError {
        DecodeError::Malformed {
            at: self.at.as_str().into(),
            what,
        }
    }

    /// The fields of a record.
    pub(super) fn fields(&self, tree: Tree) -> Result<Fields, DecodeError> {
        match tree {
            Tree::Map(entries) => Ok(Fields(entries)),
            _ => Err(self.wrong("a record is expected")),
        }
    }

    /// The field of this name; what it holds when left out, if it may be.
    pub(super) fn take<T: Stored>(
        &mut self,
        fields: &mut Fields,
        name: &str,
    ) -> Result<T, DecodeError> {
        let found = fields
            .0
            .iter()
            .position(|(key, _)| key.as_text() == Some(name));
        self.inside(name, |from| match found {
            Some(place) => T::load(fields.0.swap_remove(place).1, from),
            None => T::left_out().ok_or_else(|| from.wrong("this field is missing")),
        })
    }

    /// That nothing is left: no unknown field, and none twice.
    pub(super) fn end(&self, fields: &Fields) -> Result<(), DecodeError> {
        if fields.0.is_empty() {
            Ok(())
        } else {
            Err(self.wrong("a field that this version does not know, or one that is there twice"))
        }
    }

    /// The word of a variant, and its body if it has one.
    pub(super) fn variant(&self, tree: Tree) -> Result<(String, Option<Tree>), DecodeError> {
        match tree {
            Tree::Text(word) => Ok((word, None)),
            Tree::Map(mut entries) if entries.len() == 1 => match entries.pop() {
                Some((Tree::Text(word), body)) => Ok((word, Some(body))),
                _ => Err(self.wrong("a word is expected")),
            },
            _ => Err(self.wrong("a word, or a word with what belongs to it, is expected")),
        }
    }

    /// The body of a variant that must have one.
    pub(super) fn body(&self, body: Option<Tree>) -> Result<Tree, DecodeError> {
        body.ok_or_else(|| self.wrong("this word stands alone, and something belongs to it"))
    }

    /// That a variant has no body.
    pub(super) fn alone(&self, body: &Option<Tree>) -> Result<(), DecodeError> {
        match body {
            None => Ok(()),
            Some(_) => Err(self.wrong("this word stands alone, and something was added to it")),
        }
    }
}

/// The fields of a record that have not been read yet.
pub(super) struct Fields(Vec<(Tree, Tree)>);

/// A word with what belongs to it.
pub(super) fn worded(word: &str, body: Tree) -> Tree {
    Tree::Map(vec![(Tree::Text(word.into()), body)])
}

/// A record: the stored name of each field.
macro_rules! record {
    ($type:ident { $($field:ident = $name:literal),+ $(,)? }) => {
        impl Stored for $type {
            fn store(&self, to: &mut Storing<'_>) -> Result<Tree, EncodeError> {
                let Self { $($field),+ } = self;
                let mut fields = Vec::new();
                $(to.put(&mut fields, $name, $field)?;)+
                Ok(Tree::Map(fields))
            }

            fn load(tree: Tree, from: &mut Loading<'_>) -> Result<Self, DecodeError> {
                let mut fields = from.fields(tree)?;
                let loaded = Self { $($field: from.take(&mut fields, $name)?),+ };
                from.end(&fields)?;
                Ok(loaded)
            }
        }
    };
}

/// A choice: the stored word of each variant, and the stored name of each of its fields.
macro_rules! choice {
    ($type:ident { $($variant:ident $(($inner:ident))? $({ $($field:ident = $name:literal),+ $(,)? })? = $word:literal),+ $(,)? }) => {
        impl Stored for $type {
            fn store(&self, to: &mut Storing<'_>) -> Result<Tree, EncodeError> {
                match self {
                    $(Self::$variant $(($inner))? $({ $($field),+ })? => {
                        choice!(@store to $word $(($inner))? $({ $($field = $name),+ })?)
                    })+
                }
            }

            fn load(tree: Tree, from: &mut Loading<'_>) -> Result<Self, DecodeError> {
                let (word, body) = from.variant(tree)?;
                match word.as_str() {
                    $($word => choice!(@load from body $variant $word $(($inner))? $({ $($field = $name),+ })?),)+
                    _ => Err(from.wrong("a word that this version does not know")),
                }
            }
        }
    };

    (@store $to:ident $word:literal) => { $to.word($word) };
    (@store $to:ident $word:literal ($inner:ident)) => {
        Ok(worded($word, $to.inside($word, |to| $inner.store(to))?))
    };
    (@store $to:ident $word:literal { $($field:ident = $name:literal),+ }) => {
        $to.inside($word, |to| {
            let mut fields = Vec::new();
            $(to.put(&mut fields, $name, $field)?;)+
            Ok(worded($word, Tree::Map(fields)))
        })
    };

    (@load $from:ident $body:ident $variant:ident $word:literal) => {{
        $from.alone(&$body)?;
        Ok(Self::$variant)
    }};
    (@load $from:ident $body:ident $variant:ident $word:literal ($inner:ident)) => {
        $from.inside($word, |from| {
            let $inner = from.body($body)?;
            Ok(Self::$variant(Stored::load($inner, from)?))
        })
    };
    (@load $from:ident $body:ident $variant:ident $word:literal { $($field:ident = $name:literal),+ }) => {
        $from.inside($word, |from| {
            let body = from.body($body)?;
            let mut fields = from.fields(body)?;
            let loaded = Self::$variant { $($field: from.take(&mut fields, $name)?),+ };
            from.end(&fields)?;
            Ok(loaded)
        })
    };
}

pub(super) use {choice, record};

//! From the tree to records: keys, shapes and words, every problem reported and none hiding another.
//!
//! [`record!`] declares what a mapping may hold. From the one declaration come the reading (unknown keys with *did you
//! mean*, missing keys, wrong shapes), the JSON Schema for editors, and the canonical form that is hashed. A field is
//! [`Req`] or [`Opt`]; what could not be read is remembered as broken, so that no later check complains of it again.

mod canonical;
mod json;
mod plain;
pub(crate) mod record;
mod words;

pub(crate) use canonical::{Canonical, Part};
pub(crate) use json::json;
pub(crate) use plain::{
    Day, FieldsText, Flag, Id, Literal, Number, Raw, Text, TypeText, Wait, day,
};
pub(crate) use record::{Field, Listed, Named, Opt, Req, Said, choice, record};
pub(crate) use words::RawWords;

use schemars::{Schema, SchemaGenerator};

use crate::diagnostic::{Code, Diagnostic};
use crate::source::{File, Span};
use crate::yaml::Node;

/// The file being read, and what was found wrong with it.
pub(crate) struct Reader<'a> {
    pub(crate) file: &'a File,
    pub(crate) problems: &'a mut Vec<Diagnostic>,
}

impl Reader<'_> {
    pub(crate) fn report(
        &mut self,
        code: Code,
        span: Span,
        message: impl Into<String>,
        remedy: impl Into<String>,
    ) {
        self.problems
            .push(Diagnostic::new(code, self.file, span, message, remedy));
    }

    /// `found` where `expected` should be.
    pub(crate) fn wrong_shape(&mut self, found: &Node, expected: &str, remedy: &str) {
        let message = format!("{} where {expected} is expected", found.what());
        self.report(Code::WrongShape, found.span, message, remedy);
    }
}

/// What can be read from a value of the tree.
pub(crate) trait Read: Sized {
    /// Reads it; `None` when it cannot be used at all. Everything wrong with it is reported.
    fn read(node: &Node, reader: &mut Reader<'_>) -> Option<Self>;

    /// Its JSON Schema, for editors.
    fn schema(generator: &mut SchemaGenerator) -> Schema;

    /// What of it is hashed as `part`; `None` when nothing is.
    fn canonical(&self, part: Part) -> Option<Canonical>;
}

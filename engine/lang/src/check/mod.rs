//! From raw records to checked definitions: every name resolved, every expression compiled, every rule of the house kept.
//!
//! A part that cannot be built answers `None` and has said why; the parts beside it are still checked. Only a file
//! without errors becomes a definition, a service or a type of life event.

mod act;
mod definition;
mod fact;
mod graph;
mod known;
mod life_event;
mod people;
mod scope;
mod service;
mod silence;
mod step;
mod timing;
mod together;
mod unit;
mod usage;
mod versions;
mod words;

pub(crate) use definition::definition;
pub(crate) use known::{Known, KnownService};
pub(crate) use life_event::life_event;
pub(crate) use service::service;
pub(crate) use versions::{Version, versions};

use crate::diagnostic::{Code, Diagnostic};
use crate::source::{At, File, Span};

/// A file, and what is found wrong with it.
pub(crate) struct Report<'a> {
    pub(crate) file: &'a File,
    pub(crate) problems: &'a mut Vec<Diagnostic>,
}

impl Report<'_> {
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

    /// What stands at `span`, moved to where it can be read by itself: as many spaces are put before it as its first line
    /// is indented. With it, how many bytes were put before and where it began.
    pub(crate) fn cut_out(&self, span: Span) -> (String, (usize, usize)) {
        let line = self.file.text[..span.start]
            .rfind('\n')
            .map_or(0, |at| at + 1);
        let indent = self.file.text[line..span.start].chars().count();
        let text = self.file.text.get(span.start..span.end).unwrap_or_default();
        (
            format!("{}{text}", " ".repeat(indent)),
            (indent, span.start),
        )
    }

    /// Where `written` first stands within `whole`; all of that when it cannot be found.
    pub(crate) fn within(&self, whole: Span, written: &str) -> Span {
        let text = self.file.text.get(whole.start..whole.end);
        match text.and_then(|text| text.find(written)) {
            Some(offset) => Span {
                start: whole.start + offset,
                end: whole.start + offset + written.len(),
            },
            None => whole,
        }
    }

    /// `inner` bytes of a text that stands at `at`, as a place in the file.
    pub(crate) fn inside(&self, at: &At<String>, inner: std::ops::Range<usize>) -> Span {
        let written = self
            .file
            .text
            .get(at.span.start..at.span.end)
            .unwrap_or_default();
        let quoted = written.get(1..written.len().saturating_sub(1));
        let offset = if written == at.value {
            0
        } else if quoted == Some(at.value.as_str()) {
            1
        } else {
            // Written with escapes or over several lines: the whole of it is shown.
            return at.span;
        };
        Span {
            start: at.span.start + offset + inner.start,
            end: at.span.start + offset + inner.end,
        }
    }
}

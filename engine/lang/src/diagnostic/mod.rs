//! What is wrong, where, why and what to do about it: a product of its own.
//!
//! A [`Diagnostic`] is found in one pass with all the others; it is data, and only a program's edge renders it (it
//! implements [`miette::Diagnostic`]). Its [`Code`] is stable and has a page that shows the mistake and how to mend it.

mod code;
mod similar;

pub use code::{Code, Severity};
pub(crate) use similar::did_you_mean;

use std::fmt;
use std::sync::Arc;

use crate::source::{File, Source, Span};

/// One problem in one place of one file.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct Diagnostic {
    code: Code,
    file: Arc<Source>,
    span: Span,
    message: String,
    remedy: String,
}

impl Diagnostic {
    pub(crate) fn new(
        code: Code,
        file: &File,
        span: Span,
        message: impl Into<String>,
        remedy: impl Into<String>,
    ) -> Self {
        // A span that ends beyond the text, or within a character, would break whoever shows it.
        let within = |mut at: usize| {
            at = at.min(file.text.len());
            while !file.text.is_char_boundary(at) {
                at -= 1;
            }
            at
        };
        let start = within(span.start);
        let first_line_end = file.text[start..]
            .find('\n')
            .map_or(file.text.len(), |at| start + at);
        let end = within(span.end).clamp(start, first_line_end.max(start));
        Self {
            code,
            file: Arc::clone(file),
            span: Span { start, end },
            message: message.into(),
            remedy: remedy.into(),
        }
    }

    /// Which kind of problem.
    #[must_use]
    pub fn code(&self) -> Code {
        self.code
    }

    /// Whether the catalog can be used in spite of it.
    #[must_use]
    pub fn severity(&self) -> Severity {
        self.code.severity()
    }

    /// The path of the file, below the folder of journeys.
    #[must_use]
    pub fn path(&self) -> &str {
        &self.file.path
    }

    /// Where in the file: at most the rest of one line.
    #[must_use]
    pub fn span(&self) -> Span {
        self.span
    }

    /// Line and column, both from 1.
    #[must_use]
    pub fn position(&self) -> (usize, usize) {
        self.file.position(self.span.start)
    }

    /// What is wrong.
    #[must_use]
    pub fn message(&self) -> &str {
        &self.message
    }

    /// What to do about it.
    #[must_use]
    pub fn remedy(&self) -> &str {
        &self.remedy
    }

    /// What others rest on first: types of life event, services, journeys. Then files in order, places, codes.
    pub(crate) fn order(&self) -> (u8, &str, usize, Code, &str) {
        let kind = match self.path().split('/').next() {
            Some("life-events") => 0,
            Some("services") => 1,
            _ => 2,
        };
        (kind, self.path(), self.span.start, self.code, &self.message)
    }
}

impl miette::Diagnostic for Diagnostic {
    fn code<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        Some(Box::new(self.code))
    }

    fn severity(&self) -> Option<miette::Severity> {
        Some(match self.code.severity() {
            Severity::Error => miette::Severity::Error,
            Severity::Warning => miette::Severity::Warning,
        })
    }

    fn help<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        Some(Box::new(&self.remedy))
    }

    fn source_code(&self) -> Option<&dyn miette::SourceCode> {
        Some(self)
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = miette::LabeledSpan> + '_>> {
        let label = miette::LabeledSpan::new(None, self.span.start, self.span.len());
        Some(Box::new(std::iter::once(label)))
    }
}

/// Its file under the file's name, so that a report shows `birth/2021-07-01.yaml:14:5`.
impl miette::SourceCode for Diagnostic {
    fn read_span<'a>(
        &'a self,
        span: &miette::SourceSpan,
        before: usize,
        after: usize,
    ) -> Result<Box<dyn miette::SpanContents<'a> + 'a>, miette::MietteError> {
        let inner = self.file.text.as_str().read_span(span, before, after)?;
        Ok(Box::new(miette::MietteSpanContents::new_named(
            self.file.path.clone(),
            inner.data(),
            *inner.span(),
            inner.line(),
            inner.column(),
            inner.line_count(),
        )))
    }
}

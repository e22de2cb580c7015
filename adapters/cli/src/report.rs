//! Diagnostics as people read them: code, file:line:column, excerpt, cause and remedy.

use std::fmt;
use std::path::Path;

use miette::{
    LabeledSpan, MietteError, MietteSpanContents, ReportHandler, SourceSpan, SpanContents,
};
use parcours_lang::Diagnostic;

use crate::terminal::Paint;

/// One problem, with the path as it was given, so that a terminal can open it at a click.
pub(crate) fn shown(folder: &Path, problem: &Diagnostic, paint: Paint) -> String {
    let handler = miette::MietteHandlerOpts::new()
        .terminal_links(false)
        .unicode(true)
        .color(paint == Paint::Colour)
        .build();
    let located = Located { folder, problem };
    format!("{}\n", Shown(&handler, &located))
}

/// `1 error`, `2 errors`.
pub(crate) fn counted(count: usize, one: &str, several: &str) -> String {
    match count {
        1 => format!("1 {one}"),
        _ => format!("{count} {several}"),
    }
}

/// An error and its causes, in one line.
pub(crate) fn chain(error: &dyn std::error::Error) -> String {
    let mut told = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        told.push_str(": ");
        told.push_str(&error.to_string());
        cause = error.source();
    }
    told
}

struct Shown<'a>(&'a dyn ReportHandler, &'a Located<'a>);

impl fmt::Display for Shown<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.debug(self.1, f)
    }
}

/// A problem whose file is told from where the reader stands.
#[derive(Debug)]
struct Located<'a> {
    folder: &'a Path,
    problem: &'a Diagnostic,
}

impl fmt::Display for Located<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.problem.fmt(f)
    }
}

impl std::error::Error for Located<'_> {}

impl miette::Diagnostic for Located<'_> {
    fn code<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        Some(Box::new(self.problem.code()))
    }

    fn severity(&self) -> Option<miette::Severity> {
        miette::Diagnostic::severity(self.problem)
    }

    fn help<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        Some(Box::new(self.problem.remedy()))
    }

    fn source_code(&self) -> Option<&dyn miette::SourceCode> {
        Some(self)
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        self.problem.labels()
    }
}

impl miette::SourceCode for Located<'_> {
    fn read_span<'a>(
        &'a self,
        span: &SourceSpan,
        before: usize,
        after: usize,
    ) -> Result<Box<dyn SpanContents<'a> + 'a>, MietteError> {
        let inner = miette::SourceCode::read_span(self.problem, span, before, after)?;
        Ok(Box::new(MietteSpanContents::new_named(
            self.folder.join(self.problem.path()).display().to_string(),
            inner.data(),
            *inner.span(),
            inner.line(),
            inner.column(),
            inner.line_count(),
        )))
    }
}

/// `text` in lines of at most `width` characters, broken between words. Never empty.
pub(crate) fn wrapped(text: &str, width: usize) -> Vec<String> {
    let mut lines = vec![String::new()];
    for word in text.split([' ', '\n']).filter(|word| !word.is_empty()) {
        let line = lines.last_mut().expect("there is always a line");
        if line.is_empty() {
            line.push_str(word);
        } else if line.chars().count() + 1 + word.chars().count() <= width {
            line.push(' ');
            line.push_str(word);
        } else {
            lines.push(word.to_owned());
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_break_between_words() {
        assert_eq!(wrapped("à l’été de 2026", 8), ["à l’été", "de 2026"]);
        assert_eq!(
            wrapped("anticonstitutionnellement", 8),
            ["anticonstitutionnellement"]
        );
        assert_eq!(wrapped("", 8), [""]);
    }
}

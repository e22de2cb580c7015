//! What a verb says, and how: on which stream, with which exit code, in colour or not.

use std::io::{self, IsTerminal, Write};
use std::process::ExitCode;

use indicatif::{ProgressBar, ProgressStyle};

/// The answer of a verb.
#[derive(Clone, Debug, PartialEq, Eq)]
#[must_use]
pub(crate) enum Answer {
    /// Fine; said on the standard output. Exit code 0.
    Fine(String),
    /// The answer is no; said on the standard error. Exit code 1.
    No(String),
    /// The answer is no, and a program reads it on the standard output. Exit code 1.
    NoRead(String),
    /// Everything was said already. Exit code 0.
    Said,
    /// The verb was used wrongly; said on the standard error. Exit code 2.
    WrongUse(String),
}

impl Answer {
    /// Says it, and gives the exit code. A reader that has gone (`| head`) is no fault of ours.
    pub(crate) fn tell(&self) -> ExitCode {
        let (told, code) = match self {
            Self::Said => (Ok(()), 0),
            Self::Fine(text) => (writeln!(io::stdout(), "{}", text.trim_end()), 0),
            Self::NoRead(text) => (writeln!(io::stdout(), "{}", text.trim_end()), 1),
            Self::No(text) => (writeln!(io::stderr(), "{}", text.trim_end()), 1),
            Self::WrongUse(text) => (writeln!(io::stderr(), "{}", text.trim_end()), 2),
        };
        match told {
            Err(error) if error.kind() != io::ErrorKind::BrokenPipe => ExitCode::from(1),
            Ok(()) | Err(_) => ExitCode::from(code),
        }
    }
}

/// Whether to use colour.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Paint {
    /// No escape codes.
    Plain,
    /// A terminal is looking.
    Colour,
}

impl Paint {
    /// Colour on a terminal, unless `NO_COLOR` is set.
    pub(crate) fn of_terminal() -> Self {
        Self::on(&io::stdout())
    }

    /// The same, for the log.
    pub(crate) fn of_log() -> Self {
        Self::on(&io::stderr())
    }

    fn on(stream: &impl IsTerminal) -> Self {
        if stream.is_terminal() && std::env::var_os("NO_COLOR").is_none_or(|set| set.is_empty()) {
            Self::Colour
        } else {
            Self::Plain
        }
    }

    /// What matters most.
    pub(crate) fn strong(self, text: &str) -> String {
        self.wrap("1", text)
    }

    /// What can be passed over.
    pub(crate) fn faint(self, text: &str) -> String {
        self.wrap("2", text)
    }

    fn wrap(self, code: &str, text: &str) -> String {
        match self {
            Self::Plain => text.to_owned(),
            Self::Colour => format!("\u{1b}[{code}m{text}\u{1b}[0m"),
        }
    }
}

/// Something to know beside the answer, on the standard error.
pub(crate) fn remark(text: &str) {
    // Nobody may be listening.
    let _told = writeln!(io::stderr(), "{}", text.trim_end());
}

/// A bar for what takes more than a second: on the standard error, and only for a terminal.
pub(crate) fn bar(doing: &'static str) -> ProgressBar {
    let bar = ProgressBar::new(0);
    let style = ProgressStyle::with_template("{msg} {bar:40} {percent:>3} %  {eta}");
    if let Ok(style) = style {
        bar.set_style(style);
    }
    bar.set_message(doing);
    bar
}

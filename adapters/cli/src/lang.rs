//! The language to answer in.

use clap::ValueEnum;
use parcours_core::calendar::Language;
use parcours_core::definition::Words;

/// `--lang`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Lang {
    Fr,
    En,
}

impl Lang {
    /// What to say in it.
    pub(crate) fn of(self, words: &Words) -> &str {
        self.either(&words.fr, &words.en)
    }

    /// One of the two.
    pub(crate) fn either<'a>(self, fr: &'a str, en: &'a str) -> &'a str {
        match self {
            Self::Fr => fr,
            Self::En => en,
        }
    }
}

impl From<Lang> for Language {
    fn from(lang: Lang) -> Self {
        match lang {
            Lang::Fr => Self::French,
            Lang::En => Self::English,
        }
    }
}

//! Zero-glue Gherkin over the real engine, on virtual time.
//!
//! A scenario is written in French or in English with the sentences of the vocabulary, and nothing else: there is no glue code
//! to write. [`run`] runs files of them and answers with a [`Run`]: what passed, what failed and where, the journey as it
//! stood then, and what of the definitions no scenario has been through.
//!
//! - [`vocabulary`]: the sentences, one function a meaning, each with its French and its English. `docs/specs.md` lists them
//!   with examples; a test holds it to the code.
//! - [`words`]: what stands in a sentence: days, steps, values, states.
//! - [`driver`]: the engine of one scenario. Each scenario has its own, with its own clock.
//! - [`coverage`]: steps, branches, dates, undos, refusals and articles, counted from the definitions themselves.
//! - [`report`]: for a terminal, for a browser, for a build server, for a program.

pub mod coverage;
pub mod driver;
mod files;
mod nearest;
pub mod report;
mod run;
mod teller;
pub mod vocabulary;
pub mod words;
mod world;

pub use run::{Failure, Fault, Feature, Run, Scenario, Trouble, run, run_watched};
pub use world::World;

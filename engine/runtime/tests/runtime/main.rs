//! A life event on the stage: from its publication to its last step, on time that is moved by hand.

mod amending;
mod common;
mod crash;
mod engine;
mod forgetting;
mod hearing;
mod held_up;
mod intake;
mod journey;
mod kept;
mod keys;
mod law;
mod lookups;
mod machine;
mod opening;
mod owed;
mod resting;
mod simulation;
mod sweep;
mod telling;
mod trouble;

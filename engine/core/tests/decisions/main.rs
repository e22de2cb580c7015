//! Decisions, as stories and as properties.
//!
//! The stories play in an invented country of one office (`specs/fixtures/definitions/core`), which has one rule of every
//! kind. The properties play in the journeys that ship. Whatever is heard, [`life::Life`] checks that it is decided the same twice, that
//! its events rebuild the journey, that a timer has nothing to add, and that the page can be told.

mod asking;
mod attempts;
mod correcting;
mod distance;
mod fitting;
mod forgetting;
mod inverse;
mod late;
mod life;
mod may;
mod opening;
mod pieces;
mod properties;
mod revising;
mod settling;
mod silence;
mod trouble;
mod waiting;
mod who;

//! Conditions and values computed from what is known: *true, false, or unknown for lack of these facts*.
//!
//! An [`Expr`] is a small typed tree ([`Term`]) with the text it was written as. [`eval`] reads a [`Scope`] and
//! answers an [`Outcome`]: a known value, unknown for lack of some references, or a failure. Whatever the answer, the outcome also lists
//! what was read to reach it, so that every step can say because of what.
//!
//! Logic is Kleene's: `false && unknown` is false, `true || unknown` is true, and what is unknown stays so until
//! somebody can tell. **Invariant:** a known outcome is never changed by learning more; if it is known with some
//! facts missing, every way of filling them in gives the same answer.
//!
//! Time enters only through data: there is no `today`, and dates are computed by date rules elsewhere.
//! Evaluation calls itself as deep as the tree is; whoever builds trees bounds their depth (the language does, before parsing).

mod eval;
mod found;
mod lists;
mod outcome;
mod reference;
mod term;

#[cfg(test)]
mod soundness;
#[cfg(test)]
mod tests;

pub use eval::eval;
pub use outcome::{Failure, Lacking, Lookup, Outcome, Reading, Scope, Used};
pub use reference::{Ref, Root, Segment, StepAspect};
pub use term::{Comparison, Expr, Extreme, Quantifier, Term};

//! Journey definitions in YAML, checked, with diagnostics.

pub mod cel;
pub mod date_rule;

//! Journey definitions in YAML, checked, with diagnostics.

pub mod date_rule;

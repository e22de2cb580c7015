//! Journey definitions in YAML, checked, with diagnostics.

//! Blocks, the Log trait, stored formats and sealed values.

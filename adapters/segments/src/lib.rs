//! The log on segment files, and the key slots beside it.

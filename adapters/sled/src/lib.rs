//! Lookups over the log, in sled.

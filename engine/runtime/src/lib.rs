//! The partition machine and its shells: timers, effects, resume.

//! Lint as a whole.

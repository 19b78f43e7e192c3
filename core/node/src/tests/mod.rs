//! Whole-node tests in virtual time.

//! The command line: public API calls made readable; holds no state.

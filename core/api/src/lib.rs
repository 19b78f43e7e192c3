//! The public words: what REST, events and the command line say; no HTTP in here.

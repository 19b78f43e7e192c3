//! The program `conclave`: hands the command line to the parts that know what to do.

fn main() {}

//! The verbs, a file each; knows nothing but their names.

pub mod bench;
pub mod browser;
pub mod console;
pub mod fix;
pub mod instructions;
pub mod run;
pub mod schema;
pub mod sim;
pub mod test;
pub mod verify;

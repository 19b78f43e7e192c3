//! The one list of verbs: `cargo xtask run`, `test`, `verify`, `fix`, `tidy`, `sim`, `bench`.

fn main() {}

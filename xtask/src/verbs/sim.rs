//! The verb `sim`: lives simulated nights again by their seeds; knows no law of the city.

use crate::{Done, cargo, finished};

/// Lives through COUNT nights from SEED on, or one, with what was built for the tests.
///
/// # Errors
/// When a law was broken, or a word is no number; the program has said which.
pub fn sim(words: &[&str]) -> Done {
    let mut city = cargo();
    city.args(["run", "--package", "conclave-world", "--"]);
    finished(city.args(words))
}

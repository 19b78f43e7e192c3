//! Sentences with numbers and names in them, by the grammar of each language; plays nothing.

mod number;
mod people;

pub use number::number;
pub use people::{
    Name, OthersWords, count_sentence, join_sentence, leave_sentence, others_sentence,
};

//! Sentences with numbers and names in them, by the grammar of each language; plays nothing.

mod keys;
mod number;
mod people;
mod roll_call;

pub use keys::key_list;
pub use number::number;
pub use people::{
    Name, OthersWords, count_sentence, join_sentence, leave_sentence, others_sentence,
};
pub use roll_call::roll_call;

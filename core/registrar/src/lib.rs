//! Where the telephones of our accounts are (RFC 3261 §10); knows no password and no room.

mod account;
mod answer;
mod binding;
mod news;
mod refusal;
mod registrar;

pub use answer::granted;
pub use binding::{Binding, Flow};
pub use news::{BindingEnd, News};
pub use refusal::Refusal;
pub use registrar::Registrar;

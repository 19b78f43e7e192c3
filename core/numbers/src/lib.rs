//! Telephone numbers from outside: reads them, and says where each leads; has never heard of a
//! call.

mod book;
mod codes;
mod countries;
mod country;
mod follow;
mod outside;
mod reading;
mod reserved;
mod route;

pub use book::Book;
pub use codes::Codes;
pub use country::{Country, countries, country};
pub use outside::{Inward, Outside};
pub use reading::{How, Reading, read};
pub use reserved::{Reserved, reserved};
pub use route::{Directory, End, Nothing, Route, Side, Step};

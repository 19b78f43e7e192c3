//! Accounts with which telephones register; places no call.

mod draft;
mod guests;
mod number;
mod password;
mod pin_policy;
mod record;
mod registration;
mod user;

pub use draft::{PhoneDraft, PhonePatch};
pub use guests::Guests;
pub use number::PhoneNumber;
pub use password::PhonePassword;
pub use pin_policy::PhonePin;
pub use record::PhoneRecord;
pub use registration::RegistrationRecord;
pub use user::PhoneUser;

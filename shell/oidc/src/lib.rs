//! Learns from a sign-in service who somebody is; knows no user and no route of the API.

mod exchange;
mod failure;
mod form;
mod id_token;
mod known;
mod pending;
mod provider;
mod service;
mod settings;

pub use failure::SignInFailure;
pub use service::{Begun, Finished, Person, Returned, Secrets, SignInService};
pub use settings::{ClientSecret, OidcSettings, is_guarded};

//! Asks other servers over HTTP and HTTPS; follows no redirect and knows no secret.

mod fetcher;
mod networks;
mod trust;

pub use fetcher::{Answer, Asked, FetchError, Fetcher};
pub use networks::Networks;
pub use trust::{Trust, TrustError};

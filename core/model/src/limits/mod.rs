//! Every maximum of the server, with the reason for its size.

mod access;
mod dtls;
mod face;
mod guard;
mod load;
mod media;
mod numbers;
mod phones;
mod pictures;
mod room;
mod secrecy;
mod signalling;
mod stun;
mod texts;
mod trunks;
mod voice;
mod webhooks;

pub use access::*;
pub use dtls::*;
pub use face::*;
pub use guard::*;
pub use load::*;
pub use media::*;
pub use numbers::*;
pub use phones::*;
pub use pictures::*;
pub use room::*;
pub use secrecy::*;
pub use signalling::*;
pub use stun::*;
pub use texts::*;
pub use trunks::*;
pub use voice::*;
pub use webhooks::*;

const _: () = assert!(GENERATED_PIN_DIGITS >= *PIN_DIGITS.start());
const _: () = assert!(GENERATED_PIN_DIGITS <= *PIN_DIGITS.end());
const _: () = assert!(SIP_HEADER_BYTES < SIP_MESSAGE_BYTES);
const _: () = assert!(NEXT_DIGIT.as_millis() < FIRST_DIGIT.as_millis());
const _: () = assert!(TALKERS_LEAST > 0 && TALKERS_LEAST <= TALKERS);
const _: () = assert!(PHONE_EXPIRES_DEFAULT_S <= *PHONE_EXPIRES_S.end());
const _: () = assert!(PLAYLIST_MINUTES <= PLAYLISTS_MINUTES);

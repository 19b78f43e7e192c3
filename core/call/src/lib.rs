//! One caller from INVITE to BYE, whatever door they came through; cannot see another caller.

mod agreeing;
mod call;
mod caller;
mod dialled;
mod digits;
mod ending;
mod entering;
mod handshaking;
mod history;
mod info;
mod negotiation;
mod output;
mod pictures;
mod purpose;
mod reason;
mod serving;
mod signalling;
mod sound;
mod state;
mod texts;
mod turn;
mod unanswered;
mod video_desk;
mod visiting;

pub use call::{Call, CallIds, Newcomer};
pub use caller::{Caller, Known};
pub use dialled::Dialled;
pub use digits::{DigitGate, KeySource};
pub use info::{PICTURE_REQUEST, key_in_info, wants_picture};
pub use output::{Heard, Output, SipAction};
pub use purpose::{Purpose, RoomName};
pub use reason::{reason_header, refusal_for};
pub use texts::not_inside;
pub use turn::Turn;

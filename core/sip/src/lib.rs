//! The SIP core: bytes and time in, sessions out; has never heard of a room.

mod asked;
mod config;
mod copy;
mod counters;
mod desk;
mod dialog;
pub mod digest;
mod event;
mod gate;
mod hands;
mod identity;
mod lookup;
mod message;
mod outgoing;
mod own_account;
mod path;
mod proofs;
mod requests;
mod route;
mod session;
mod subscriptions;
mod timers;
mod transaction;
mod transport;
mod ua;
mod wires;

pub use asked::{Answer, AskId, Asked, Contact, Contacts, Register, Wish, is_same_uri};
pub use config::UaConfig;
pub use copy::{MessageCopy, ReadableMessage};
pub use counters::Counters;
pub use event::{
    EndReason, Event, IncomingCall, Offer, OutgoingText, Refusal, SessionId, TextId, Warning,
};
pub use identity::{CallerIdentity, Party};
pub use lookup::{Findings, Found, LookupFailure, Place};
pub use outgoing::OutgoingCall;
pub use own_account::OwnAccount;
pub use path::{ConnId, Path, Transmit, Why};
pub use requests::{
    KeptLogin, OutMethod, OutRequestId, OutgoingRequest, RequestAnswer, RequestFailure,
};
pub use subscriptions::{Package, Subscribing, SubscriptionEnd, SubscriptionId};
pub use transport::Transport;
pub use ua::Ua;

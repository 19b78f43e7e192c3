//! RTP, RTCP, telephone events and the jitter buffer; knows packets, not what they sound like.

mod duration;
pub mod feedback;
mod jitter;
mod latch;
mod packet;
mod reception;
mod reporter;
pub mod rtcp;
mod telephone_event;

pub use duration::payload_ticks;
pub use jitter::{JitterBuffer, JitterStats, Pace, Pull, Push, Stored};
pub use latch::{Latch, Source};
pub use packet::{
    AudioLevel, Datagram, HEADER_BYTES, Header, Malformed, RtpPacket, classify, write_header,
};
pub use reception::{Accepted, Reception};
pub use reporter::{REPORT_BYTES_MAX, Reporter};
pub use telephone_event::{EVENT_BYTES, EventPacket, EventReceiver, EventSender};

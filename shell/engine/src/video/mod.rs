//! Pictures, beside the media workers: one thread of its own, started when the first line opens.

mod handle;
mod lines;
mod ring;
mod sockets;
mod thread;

pub(crate) use handle::VideoHandle;
pub(crate) use ring::{begins_something, open_of};

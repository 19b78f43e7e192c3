//! Copies of messages for people to read, without what must not be read; changes no message.

mod secrets;

use conclave_model::limits;

use crate::Path;
use crate::message::{Message, text};

/// One message that came or went, while it is not known whether anybody wants to read it.
#[derive(Clone)]
pub struct MessageCopy {
    pub path: Path,
    /// It came from the peer.
    pub came: bool,
    pub call_id: String,
    /// Its beginning, with everything that is in it.
    raw: Vec<u8>,
    whole_bytes: usize,
}

/// What people may read of a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReadableMessage {
    /// Line breaks are `\n`.
    pub text: String,
    /// Of the message on the wire, missing at the end because it was too long.
    pub bytes_left_out: usize,
}

impl MessageCopy {
    pub(crate) fn received(path: Path, message: &Message, bytes: &[u8]) -> Self {
        Self::new(path, true, text(message.call_id()), bytes)
    }

    /// `None`: no message of ours has no Call-ID, but a pong is no message.
    pub(crate) fn sent(path: Path, bytes: &[u8]) -> Option<Self> {
        let call_id = call_id_of(bytes)?;
        Some(Self::new(path, false, text(call_id), bytes))
    }

    /// The message without PINs, passwords, credentials and keys, and without any content but a
    /// session description.
    #[must_use]
    pub fn readable(&self) -> ReadableMessage {
        ReadableMessage {
            text: secrets::without(&self.raw),
            bytes_left_out: self.whole_bytes - self.raw.len(),
        }
    }

    fn new(path: Path, came: bool, call_id: String, bytes: &[u8]) -> Self {
        let kept = bytes.len().min(limits::LADDER_MESSAGE_BYTES);
        Self {
            path,
            came,
            call_id,
            raw: bytes[..kept].to_vec(),
            whole_bytes: bytes.len(),
        }
    }
}

/// In a message that we wrote: the name is spelt as we spell it.
fn call_id_of(bytes: &[u8]) -> Option<&[u8]> {
    let mut lines = bytes.split(|byte| *byte == b'\n');
    lines
        .by_ref()
        .take_while(|line| line.len() > 1)
        .find_map(|line| line.strip_prefix(b"Call-ID: "))
        .map(<[u8]>::trim_ascii)
}

/// Without the message.
impl std::fmt::Debug for MessageCopy {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("MessageCopy")
            .field("came", &self.came)
            .field("call_id", &self.call_id)
            .field("bytes", &self.whole_bytes)
            .finish_non_exhaustive()
    }
}

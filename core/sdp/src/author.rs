//! Keeps the version number of our descriptions: it rises when they change, and only then.

use std::net::IpAddr;

use conclave_model::limits;
use zeroize::Zeroizing;

use crate::{Agreed, Capabilities, LocalMedia, write_answer, write_offer};

/// Writes all descriptions of one session (RFC 3264 §8).
#[derive(Clone)]
pub struct Author {
    local: LocalMedia,
    /// May have keys in it.
    last: Option<Zeroizing<Vec<u8>>>,
}

impl Author {
    /// `session_id` is random; RFC 3264 §5 keeps it within 63 bits, and so is it cut.
    #[must_use]
    pub const fn new(session_id: u64, address: IpAddr, port: u16) -> Self {
        Self {
            local: LocalMedia {
                address,
                port,
                video_ports: [0; limits::VIDEO_LINES],
                session_id: session_id >> 1,
                version: 1,
            },
            last: None,
        }
    }

    /// Where the pictures of a video line go; 0: nowhere any more.
    pub fn set_video_port(&mut self, number: u8, port: u16) {
        if let Some(place) = self.local.video_ports.get_mut(usize::from(number)) {
            *place = port;
        }
    }

    /// An answer to the offer that led to `agreed`.
    pub fn answer(&mut self, agreed: &Agreed) -> Vec<u8> {
        self.write(|local| write_answer(agreed, local))
    }

    /// An offer, after `previous` if there was an exchange.
    pub fn offer(&mut self, capabilities: &Capabilities, previous: Option<&Agreed>) -> Vec<u8> {
        self.write(|local| write_offer(capabilities, local, previous))
    }

    /// What was written last, byte for byte.
    #[must_use]
    pub fn last(&self) -> Option<&[u8]> {
        self.last.as_deref().map(Vec::as_slice)
    }

    fn write(&mut self, write: impl Fn(&LocalMedia) -> Vec<u8>) -> Vec<u8> {
        let mut text = write(&self.local);
        if self.last.as_ref().is_some_and(|last| **last != text) {
            self.local.version += 1;
            text = write(&self.local);
        }
        self.last = Some(Zeroizing::new(text.clone()));
        text
    }
}

impl std::fmt::Debug for Author {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Author({:?}, ..)", self.local)
    }
}

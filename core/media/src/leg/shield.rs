//! What makes one leg's packets secret and opens its peer's; parses none and agrees on no key.

use std::time::Duration;

use conclave_audio::Encoder;
use conclave_contract::{Handshakes, LegSpec, Protection};
use conclave_model::{Moment, SrtpKey, SrtpSuite, limits};
use conclave_rtp::{Datagram, HEADER_BYTES, classify};
use conclave_srtp::{Inbound, Outbound};

/// The keys of an exchange, and for a while those of the one before.
pub(crate) struct Shield {
    keys: Protection,
    access: Access,
    outbound: Outbound,
    inbound: Inbound,
    /// A peer goes on with its old key until it has our answer, and we with ours until it shows
    /// that it has: neither is to hear a gap.
    before: Option<Box<Self>>,
    /// What still comes under the key before is heard.
    old_heard_until: Option<Moment>,
    /// What we send is under the key before still.
    old_sent_until: Option<Moment>,
}

/// Whether there are keys at all.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Access {
    Open,
    /// They are still agreed on: nothing goes through, in either way.
    Closed,
}

/// Where packets are opened and sealed.
pub(crate) struct Workbench {
    pub opened: [u8; limits::RTP_PACKET_BYTES],
    pub sealed: [u8; SEALED_BYTES],
}

impl Workbench {
    pub const fn new() -> Self {
        Self {
            opened: [0; limits::RTP_PACKET_BYTES],
            sealed: [0; SEALED_BYTES],
        }
    }
}

impl Shield {
    #[must_use]
    pub fn new(keys: &Protection) -> Box<Self> {
        Box::new(Self {
            keys: keys.clone(),
            access: Access::Open,
            outbound: Outbound::new(&keys.send),
            inbound: Inbound::new(&keys.receive),
            before: None,
            old_heard_until: None,
            old_sent_until: None,
        })
    }

    /// What a specification asks for.
    #[must_use]
    pub fn of(spec: &LegSpec) -> Option<Box<Self>> {
        match spec.handshakes {
            Handshakes::Awaited => Some(Self::closed()),
            Handshakes::Refused | Handshakes::Heard => spec.protection.as_ref().map(Self::new),
        }
    }

    /// Until there are keys.
    fn closed() -> Box<Self> {
        let suite = SrtpSuite::AesCm128HmacSha1Tag80;
        let nobodys = SrtpKey::new(suite, &[0; 30]).expect("a key of the suite's length");
        let mut shield = Self::new(&Protection {
            send: nobodys.clone(),
            receive: nobodys,
        });
        shield.access = Access::Closed;
        shield
    }

    /// Makes `next` what protects the leg. What is no longer needed is left in it.
    pub fn renew(now: Moment, held: &mut Option<Box<Self>>, next: &mut Option<Box<Self>>) {
        let (Some(old), Some(new)) = (held.as_deref_mut(), next.as_deref_mut()) else {
            std::mem::swap(held, next);
            return;
        };
        if [old.access, new.access].contains(&Access::Closed) {
            std::mem::swap(held, next);
            return;
        }
        let sends_as_before = old.keys.send == new.keys.send;
        let receives_as_before = old.keys.receive == new.keys.receive;
        if sends_as_before && receives_as_before {
            return;
        }
        // Under a key that stays, what was sent and what came must stay known: its packets' numbers
        // are never used twice.
        if sends_as_before {
            std::mem::swap(&mut old.outbound, &mut new.outbound);
        }
        if receives_as_before {
            std::mem::swap(&mut old.inbound, &mut new.inbound);
        }
        new.old_heard_until = (!receives_as_before).then(|| now + OLD_KEY_HEARD);
        new.old_sent_until = (!sends_as_before).then(|| now + OLD_KEY_SENT);
        let older = old.before.take();
        std::mem::swap(held, next);
        if let Some(new) = held {
            new.before = std::mem::replace(next, older);
        }
    }

    /// The packet in a datagram, written to `out`; `None` when its key did not seal it.
    pub fn open<'b>(
        &mut self,
        now: Moment,
        datagram: &[u8],
        out: &'b mut [u8; limits::RTP_PACKET_BYTES],
    ) -> Option<&'b [u8]> {
        if self.access == Access::Closed {
            return None;
        }
        let is_rtcp = match classify(datagram) {
            Datagram::Rtcp => true,
            Datagram::Rtp => false,
            Datagram::Stun | Datagram::Dtls | Datagram::Other => return None,
        };
        let out = out.get_mut(..datagram.len())?;
        out.copy_from_slice(datagram);
        let bytes = match unseal(&mut self.inbound, is_rtcp, out) {
            Some(bytes) => {
                // It has our answer.
                self.old_sent_until = None;
                bytes
            }
            None => {
                self.old_heard_until.filter(|until| now < *until)?;
                let before = self.before.as_deref_mut()?;
                unseal(&mut before.inbound, is_rtcp, out)?
            }
        };
        Some(&out[..bytes])
    }

    /// The RTP packet sealed in `out`; `None` when it must not be sent.
    pub fn seal<'b>(
        &mut self,
        now: Moment,
        packet: &[u8],
        out: &'b mut [u8; SEALED_BYTES],
    ) -> Option<&'b [u8]> {
        if self.access == Access::Closed {
            return None;
        }
        out.get_mut(..packet.len())?.copy_from_slice(packet);
        let sealed = self.sending(now).protect_rtp(out, packet.len());
        sealed.ok().map(|sealed| &*sealed)
    }

    /// The report in `buffer[..bytes]`, sealed in its place; `None` when it must not be sent.
    pub fn seal_report<'b>(
        &mut self,
        now: Moment,
        buffer: &'b mut [u8],
        bytes: usize,
    ) -> Option<&'b [u8]> {
        if self.access == Access::Closed {
            return None;
        }
        let sealed = self.sending(now).protect_rtcp(buffer, bytes);
        sealed.ok().map(|sealed| &*sealed)
    }

    fn sending(&mut self, now: Moment) -> &mut Outbound {
        let is_old = self.old_sent_until.is_some_and(|until| now < until);
        match &mut self.before {
            Some(before) if is_old => &mut before.outbound,
            Some(_) | None => &mut self.outbound,
        }
    }
}

/// How long the packet is then.
fn unseal(inbound: &mut Inbound, is_rtcp: bool, packet: &mut [u8]) -> Option<usize> {
    let opened = if is_rtcp {
        inbound.unprotect_rtcp(packet)
    } else {
        inbound.unprotect_rtp(packet)
    };
    opened.ok().map(|packet| packet.len())
}

/// The longest packet that is sent.
pub(crate) const SEALED_BYTES: usize =
    HEADER_BYTES + Encoder::PAYLOAD_MAX + SrtpSuite::OVERHEAD_BYTES_MAX;
/// Longer than any answer is on its way, with two repetitions of it (RFC 3261 §17.2.1).
const OLD_KEY_HEARD: Duration = Duration::from_secs(4);
/// An answer has mostly arrived by then, and a peer that is on hold shows nothing.
const OLD_KEY_SENT: Duration = Duration::from_millis(200);

//! Keys as named telephone events (RFC 4733); says that a key was pressed, never of which PIN.

use std::time::Duration;

use conclave_model::{Digit, Moment};

use crate::RtpPacket;

/// Turns event packets into presses, each reported once, at its first packet.
///
/// A press is known by its RTP timestamp and its key, whatever SSRC carries it: some senders give
/// events an SSRC of their own.
#[derive(Debug, Default)]
pub struct EventReceiver {
    recent: [Option<Press>; RECENT_PRESSES],
    oldest: usize,
}

impl EventReceiver {
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// The key, when `packet` is the first seen of a new press. `clock_rate_hz` is the rate
    /// agreed for the payload type.
    pub fn receive(
        &mut self,
        now: Moment,
        packet: &RtpPacket<'_>,
        clock_rate_hz: u32,
    ) -> Option<Digit> {
        let block = EventBlock::parse(packet.payload)?;
        let seen = Press {
            digit: Digit::from_event(block.event)?,
            timestamp: packet.timestamp,
            duration: block.duration,
            ended: block.end,
            last_seen: now,
        };
        let slack = clock_rate_hz / 10;
        let known = self
            .recent
            .iter_mut()
            .flatten()
            .filter(|press| press.is_remembered(now))
            .find(|press| press.is_same(&seen, packet.marker, slack));
        if let Some(press) = known {
            press.go_on(seen);
            return None;
        }
        self.recent[self.oldest] = Some(seen);
        self.oldest = (self.oldest + 1) % RECENT_PRESSES;
        Some(seen.digit)
    }
}

/// Makes the packets of one press after the other, for test phones and the load tool.
#[derive(Debug)]
pub struct EventSender {
    clock_rate_hz: u32,
    press: Option<Sending>,
}

/// What goes into one packet of a press; sequence and SSRC are the audio stream's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct EventPacket {
    pub marker: bool,
    /// The timestamp of the press, the same in all its packets.
    pub timestamp: u32,
    pub payload: [u8; EVENT_BYTES],
}

impl EventSender {
    #[must_use]
    pub const fn new(clock_rate_hz: u32) -> Self {
        Self {
            clock_rate_hz,
            press: None,
        }
    }

    /// Begins a press that lasts `length`, rounded up to whole packets and cut at what the
    /// duration field holds (8 s at 8 kHz). A press that was going on is dropped.
    pub fn press(&mut self, digit: Digit, timestamp: u32, length: Duration) {
        let packet_ms = u128::from(EVENT_PACKET_MS);
        let packets = length.as_millis().div_ceil(packet_ms).max(1);
        let most = u32::from(u16::MAX) / self.ticks_per_packet();
        self.press = Some(Sending {
            digit,
            timestamp,
            packets: u32::try_from(packets).unwrap_or(u32::MAX).min(most),
            sent: 0,
            ends_sent: 0,
        });
    }

    #[must_use]
    pub const fn is_pressing(&self) -> bool {
        self.press.is_some()
    }

    /// The packet for this 20 ms; the last one of a press comes three times (RFC 4733 §2.5.1.4).
    pub fn next_packet(&mut self) -> Option<EventPacket> {
        let ticks = self.ticks_per_packet();
        let press = self.press.as_mut()?;
        let marker = press.sent == 0 && press.ends_sent == 0;
        press.sent = (press.sent + 1).min(press.packets);
        let end = press.sent == press.packets;
        let block = EventBlock {
            event: press.digit.event(),
            end,
            duration: u16::try_from(press.sent * ticks).unwrap_or(u16::MAX),
        };
        let packet = EventPacket {
            marker,
            timestamp: press.timestamp,
            payload: block.to_bytes(),
        };
        if end {
            press.ends_sent += 1;
            if press.ends_sent == ENDS_SENT {
                self.press = None;
            }
        }
        Some(packet)
    }

    const fn ticks_per_packet(&self) -> u32 {
        let ticks = self.clock_rate_hz / 1_000 * EVENT_PACKET_MS;
        if ticks == 0 { 1 } else { ticks }
    }
}

#[derive(Clone, Copy, Debug)]
struct Sending {
    digit: Digit,
    timestamp: u32,
    packets: u32,
    sent: u32,
    ends_sent: u8,
}

/// A press that was reported, kept so that its other packets are not reported again.
#[derive(Clone, Copy, Debug)]
struct Press {
    digit: Digit,
    timestamp: u32,
    duration: u16,
    ended: bool,
    last_seen: Moment,
}

impl Press {
    fn is_remembered(&self, now: Moment) -> bool {
        let memory = if self.ended {
            ENDED_MEMORY
        } else {
            HELD_MEMORY
        };
        now.is_within(memory, self.last_seen)
    }

    fn is_same(&self, seen: &Press, marker: bool, slack: u32) -> bool {
        if self.digit != seen.digit {
            return false;
        }
        if self.timestamp == seen.timestamp {
            return true;
        }
        // RFC 4733 §2.5.1.3: a press longer than the duration field goes on in a new segment,
        // whose timestamp is where the full one ended and which bears no marker.
        let step = seen.timestamp.wrapping_sub(self.timestamp);
        let next_segment = self.duration > SEGMENT_NEARLY_FULL
            && (u32::from(SEGMENT_NEARLY_FULL)..=u32::from(u16::MAX) + slack).contains(&step);
        // Senders exist that move the timestamp with every packet while the duration grows on.
        let creeping = seen.duration > self.duration && step <= slack;
        !marker && !self.ended && (next_segment || creeping)
    }

    fn go_on(&mut self, seen: Press) {
        let older = self.timestamp.wrapping_sub(seen.timestamp) < u32::MAX / 2;
        if self.timestamp == seen.timestamp {
            self.duration = self.duration.max(seen.duration);
        } else if !older {
            self.timestamp = seen.timestamp;
            self.duration = seen.duration;
        }
        self.ended |= seen.ended;
        self.last_seen = seen.last_seen;
    }
}

/// The four bytes of RFC 4733 §2.3. The volume is not ours to judge.
#[derive(Clone, Copy)]
struct EventBlock {
    event: u8,
    end: bool,
    duration: u16,
}

impl EventBlock {
    fn parse(payload: &[u8]) -> Option<Self> {
        let [event, flags, high, low] = *payload.first_chunk::<EVENT_BYTES>()?;
        Some(Self {
            event,
            end: flags & END_BIT != 0,
            duration: u16::from_be_bytes([high, low]),
        })
    }

    fn to_bytes(self) -> [u8; EVENT_BYTES] {
        let [high, low] = self.duration.to_be_bytes();
        let end = if self.end { END_BIT } else { 0 };
        [self.event, end | VOLUME_DBM0, high, low]
    }
}

pub const EVENT_BYTES: usize = 4;
const END_BIT: u8 = 0x80;
/// -10 dBm0, what most telephones write.
const VOLUME_DBM0: u8 = 10;
const EVENT_PACKET_MS: u32 = 20;
const ENDS_SENT: u8 = 3;
/// Reordering never reaches back further than a few keys.
const RECENT_PRESSES: usize = 8;
/// Retransmitted ends come within 60 ms; a recording that is replayed comes later than this.
const ENDED_MEMORY: Duration = Duration::from_secs(1);
/// A key that is held sends on, but packets get lost.
const HELD_MEMORY: Duration = Duration::from_secs(5);
/// 0.5 s before the field is full at 8 kHz: the last packets of a segment may be lost.
const SEGMENT_NEARLY_FULL: u16 = u16::MAX - 4_000;

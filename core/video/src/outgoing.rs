//! One stream to one receiver, whoever is in it: one source, no jump (RFC 3550); sends nothing.

use conclave_contract::VideoSpec;
use conclave_model::{LegId, Moment, VideoCodec, limits};
use conclave_rtp::{HEADER_BYTES, Header, RtpPacket, write_header};

use crate::vp8::PictureNumbers;

/// What a receiver is sent.
#[derive(Debug)]
pub(crate) struct Outgoing {
    ssrc: u32,
    next_sequence: u16,
    last_timestamp: u32,
    last_at: Option<Moment>,
    shows: Option<LegId>,
    stream: Option<Stream>,
    /// Since when packets of whom it shows are held back.
    gated_since: Option<Moment>,
    numbers: PictureNumbers,
}

/// Of whom it shows, from the whole picture on with which it began.
#[derive(Debug)]
struct Stream {
    ssrc: u32,
    codec: VideoCodec,
    /// Added to what comes in.
    sequence: u16,
    timestamp: u32,
    highest: u16,
    /// How far `highest` is from the beginning: what is older was never meant for this receiver.
    progress: u32,
}

/// A packet that may be passed on.
pub(crate) struct Passing<'a, 'b> {
    pub packet: &'a RtpPacket<'b>,
    pub codec: VideoCodec,
    /// One who saw nothing before may begin with it.
    pub begins_whole: bool,
    /// The receiver's.
    pub payload_type: u8,
}

/// What became of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Passed {
    /// So many bytes are to be sent, with this timestamp.
    On { bytes: usize, timestamp: u32 },
    /// Held back until a whole picture begins.
    HeldBack,
    /// Too old or too long.
    Dropped,
}

impl Outgoing {
    pub fn new(spec: &VideoSpec) -> Self {
        Self {
            ssrc: spec.ssrc,
            next_sequence: spec.first_sequence,
            last_timestamp: spec.first_timestamp,
            last_at: None,
            shows: None,
            stream: None,
            gated_since: None,
            numbers: PictureNumbers::default(),
        }
    }

    pub fn shows(&self) -> Option<LegId> {
        self.shows
    }

    /// True when that is another than before, and a whole picture is needed.
    pub fn show(&mut self, leg: Option<LegId>) -> bool {
        if self.shows == leg {
            return false;
        }
        self.shows = leg;
        self.begin_anew();
        leg.is_some()
    }

    /// The receiver begins from nothing, as after a hold.
    pub fn begin_anew(&mut self) {
        self.stream = None;
        self.gated_since = None;
    }

    /// Whom it would show if only a whole picture began.
    pub fn waits_for(&self) -> Option<LegId> {
        self.shows.filter(|_| self.gated_since.is_some())
    }

    /// Writes the packet as this receiver is to have it to the front of `datagram`.
    pub fn pass(&mut self, now: Moment, passing: &Passing<'_, '_>, datagram: &mut [u8]) -> Passed {
        let packet = passing.packet;
        let goes_on = self.stream.as_mut().map(|stream| stream.follow(passing));
        match goes_on {
            Some(Follows::Yes) => {}
            Some(Follows::TooOld) => return Passed::Dropped,
            Some(Follows::No) | None => {
                let since = *self.gated_since.get_or_insert(now);
                let is_late = !now.is_within(limits::VIDEO_GATE, since);
                if !passing.begins_whole && !is_late {
                    self.stream = None;
                    return Passed::HeldBack;
                }
                self.begin(now, passing);
            }
        }
        let (Some(stream), end) = (&self.stream, HEADER_BYTES + packet.payload.len()) else {
            return Passed::Dropped;
        };
        let Some((head, payload)) = datagram
            .get_mut(..end)
            .and_then(|bytes| bytes.split_first_chunk_mut::<HEADER_BYTES>())
        else {
            return Passed::Dropped;
        };
        let sequence = packet.sequence.wrapping_add(stream.sequence);
        let timestamp = packet.timestamp.wrapping_add(stream.timestamp);
        let header = Header {
            payload_type: passing.payload_type,
            marker: packet.marker,
            sequence,
            timestamp,
            ssrc: self.ssrc,
        };
        write_header(head, &header);
        payload.copy_from_slice(packet.payload);
        if passing.codec == VideoCodec::Vp8 {
            self.numbers.renumber(payload);
        }
        if packet.sequence == stream.highest {
            self.next_sequence = sequence.wrapping_add(1);
            self.last_timestamp = timestamp;
            self.last_at = Some(now);
        }
        Passed::On {
            bytes: end,
            timestamp,
        }
    }

    /// Sequence goes on by one, time by what has passed.
    fn begin(&mut self, now: Moment, passing: &Passing<'_, '_>) {
        let packet = passing.packet;
        let since = |at: Moment| now.saturating_duration_since(at);
        let ticks = self.last_at.map_or(0, |at| {
            let rate = u128::from(VideoCodec::CLOCK_RATE_HZ);
            (since(at).as_micros() * rate / 1_000_000).max(1) as u32
        });
        let timestamp = self.last_timestamp.wrapping_add(ticks);
        if passing.codec == VideoCodec::Vp8 {
            self.numbers.begin(packet.payload);
        }
        self.gated_since = None;
        self.stream = Some(Stream {
            ssrc: packet.ssrc,
            codec: passing.codec,
            sequence: self.next_sequence.wrapping_sub(packet.sequence),
            timestamp: timestamp.wrapping_sub(packet.timestamp),
            highest: packet.sequence,
            progress: 0,
        });
    }
}

/// Whether a packet belongs to the stream that is passed on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Follows {
    Yes,
    /// From before its beginning.
    TooOld,
    /// Another begins.
    No,
}

impl Stream {
    fn follow(&mut self, passing: &Passing<'_, '_>) -> Follows {
        let packet = passing.packet;
        if packet.ssrc != self.ssrc || !passing.codec.is_like(self.codec) {
            return Follows::No;
        }
        let step = packet.sequence.wrapping_sub(self.highest).cast_signed();
        if step.unsigned_abs() > limits::VIDEO_JUMP {
            return Follows::No;
        }
        if step > 0 {
            self.progress = self.progress.saturating_add(step.unsigned_abs().into());
            self.highest = packet.sequence;
        } else if u32::from(step.unsigned_abs()) > self.progress {
            return Follows::TooOld;
        }
        Follows::Yes
    }
}

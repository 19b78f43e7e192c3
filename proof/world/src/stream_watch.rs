//! Watches one RTP stream for what must never happen in it.

use conclave_rtp::{EVENT_BYTES, RtpPacket};

/// Counts of a stream as it leaves the server, or arrives at a phone in fair weather.
#[derive(Clone, Debug, Default)]
pub struct StreamWatch {
    last: Option<Seen>,
    pub packets: u64,
    /// Sequence numbers that did not follow each other.
    pub sequence_jumps: u64,
    /// Timestamps that did not grow by what the packet before lasted.
    pub timestamp_jumps: u64,
    /// Telephone events.
    pub events: u64,
    /// Times the stream went on under another SSRC.
    pub ssrc_changes: u64,
}

#[derive(Clone, Copy, Debug)]
struct Seen {
    ssrc: u32,
    payload_type: u8,
    sequence: u16,
    timestamp: u32,
    /// Timestamp units between packets of this payload type, once known.
    step: Option<u32>,
}

impl StreamWatch {
    pub fn arrived(&mut self, packet: &RtpPacket<'_>) {
        self.packets += 1;
        if let Some(last) = self.last.as_mut().filter(|last| is_event(last, packet)) {
            // It has a number like any other, and the time of its key: sound goes on beside it.
            let follows = packet.sequence == last.sequence.wrapping_add(1);
            self.sequence_jumps += u64::from(!follows);
            self.ssrc_changes += u64::from(packet.ssrc != last.ssrc);
            self.events += 1;
            last.sequence = packet.sequence;
            return;
        }
        let mut step = None;
        if let Some(last) = self.last {
            if last.ssrc != packet.ssrc {
                self.ssrc_changes += 1;
            } else {
                if packet.sequence != last.sequence.wrapping_add(1) {
                    self.sequence_jumps += 1;
                }
                let grown = packet.timestamp.wrapping_sub(last.timestamp);
                let is_fine = if packet.marker {
                    // It begins a talkspurt: time has passed in which nothing was sent.
                    grown <= i32::MAX as u32
                } else if packet.payload_type != last.payload_type {
                    // 20 ms by the clock of the codec before or of the one that follows.
                    [160, 960].contains(&grown)
                } else {
                    last.step.map_or(grown <= 3 * 960, |step| step == grown)
                };
                if !is_fine {
                    self.timestamp_jumps += 1;
                }
                if packet.payload_type == last.payload_type {
                    step = (!packet.marker).then_some(grown).or(last.step);
                }
            }
        }
        self.last = Some(Seen {
            ssrc: packet.ssrc,
            payload_type: packet.payload_type,
            sequence: packet.sequence,
            timestamp: packet.timestamp,
            step,
        });
    }
}

/// Four bytes under a payload type of their own (RFC 4733 §2.3).
fn is_event(last: &Seen, packet: &RtpPacket<'_>) -> bool {
    packet.payload.len() == EVENT_BYTES && packet.payload_type != last.payload_type
}

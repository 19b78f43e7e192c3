//! Watches one RTP stream for what must never happen in it.

use conclave_rtp::RtpPacket;

/// Counts of a stream as it leaves the server, or arrives at a phone in fair weather.
#[derive(Clone, Debug, Default)]
pub struct StreamWatch {
    last: Option<Seen>,
    pub packets: u64,
    /// Sequence numbers that did not follow each other.
    pub sequence_jumps: u64,
    /// Timestamps that did not grow by what the packet before lasted.
    pub timestamp_jumps: u64,
    /// Times the stream went on under another SSRC.
    pub ssrc_changes: u64,
}

#[derive(Clone, Copy, Debug)]
struct Seen {
    ssrc: u32,
    sequence: u16,
    timestamp: u32,
    /// Timestamp units between packets, once known.
    step: Option<u32>,
}

impl StreamWatch {
    pub fn arrived(&mut self, packet: &RtpPacket<'_>) {
        self.packets += 1;
        let mut step = None;
        if let Some(last) = self.last {
            if last.ssrc != packet.ssrc {
                self.ssrc_changes += 1;
            } else {
                if packet.sequence != last.sequence.wrapping_add(1) {
                    self.sequence_jumps += 1;
                }
                let grown = packet.timestamp.wrapping_sub(last.timestamp);
                // A marker begins a talkspurt: time has passed in which nothing was sent.
                let expected = last.step.filter(|_| !packet.marker);
                if expected.is_some_and(|step| step != grown) || grown > i32::MAX as u32 {
                    self.timestamp_jumps += 1;
                }
                step = (!packet.marker).then_some(grown).or(last.step);
            }
        }
        self.last = Some(Seen {
            ssrc: packet.ssrc,
            sequence: packet.sequence,
            timestamp: packet.timestamp,
            step,
        });
    }
}

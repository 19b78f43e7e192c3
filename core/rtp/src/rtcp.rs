//! RTCP packets (RFC 3550 §6) read and written; keeps no time and no statistics.

use std::time::Duration;

/// One packet of a compound datagram.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RtcpPacket<'a> {
    SenderReport {
        ssrc: u32,
        info: SenderInfo,
        blocks: Blocks<'a>,
    },
    ReceiverReport {
        ssrc: u32,
        blocks: Blocks<'a>,
    },
    /// The name of the first chunk, if it has one.
    SourceDescription {
        ssrc: u32,
        cname: Option<&'a [u8]>,
    },
    /// The first source that says goodbye.
    Bye {
        ssrc: Option<u32>,
    },
    /// XR, APP, feedback and whatever comes after us.
    Other {
        packet_type: u8,
    },
}

/// The sender's half of a sender report.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SenderInfo {
    /// 32.32 bits of seconds.
    pub ntp: u64,
    pub rtp_timestamp: u32,
    pub packets: u32,
    pub octets: u32,
}

/// One report about one source.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ReportBlock {
    pub ssrc: u32,
    /// Of 256, since the report before.
    pub fraction_lost: u8,
    /// 24 bits, signed: doubles count against losses.
    pub cumulative_lost: i32,
    /// With the cycles in the upper half.
    pub highest_sequence: u32,
    pub jitter_ticks: u32,
    /// The middle 32 bits of the NTP time of the last sender report; 0 if none came.
    pub last_sr: u32,
    /// In 1/65536 s.
    pub delay_since_last_sr: u32,
}

/// The report blocks of one packet, read one by one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Blocks<'a> {
    bytes: &'a [u8],
}

/// The packets of a compound datagram, as far as their lengths are true.
#[derive(Clone, Debug)]
pub struct Compound<'a> {
    rest: &'a [u8],
}

/// Reads `datagram` packet by packet; stops without a word where a length lies.
#[must_use]
pub fn read(datagram: &[u8]) -> Compound<'_> {
    Compound { rest: datagram }
}

/// What we say in one datagram.
#[derive(Clone, Copy, Debug)]
pub struct Report<'a> {
    pub ssrc: u32,
    /// `Some`: we have sent since the report before, and it is an SR.
    pub info: Option<SenderInfo>,
    pub block: Option<ReportBlock>,
    /// At most 255 bytes are written.
    pub cname: &'a [u8],
    pub bye: bool,
}

/// The round trip that a report about us tells of (RFC 3550 §6.4.1): `now_middle` is the middle
/// of our NTP time. `None` if it knows no sender report of ours, or comes from the future.
#[must_use]
pub fn round_trip(block: &ReportBlock, now_middle: u32) -> Option<Duration> {
    if block.last_sr == 0 {
        return None;
    }
    let units = now_middle
        .wrapping_sub(block.last_sr)
        .wrapping_sub(block.delay_since_last_sr);
    // A minute and more is a peer that counts wrongly.
    (units < 60 << 16).then(|| Duration::from_nanos((u64::from(units) * 1_000_000_000) >> 16))
}

impl<'a> Iterator for Compound<'a> {
    type Item = RtcpPacket<'a>;

    fn next(&mut self) -> Option<RtcpPacket<'a>> {
        let head = self.rest.first_chunk::<4>()?;
        if head[0] >> 6 != 2 {
            self.rest = &[];
            return None;
        }
        let bytes = (usize::from(u16::from_be_bytes([head[2], head[3]])) + 1) * 4;
        let Some((packet, rest)) = self.rest.split_at_checked(bytes) else {
            self.rest = &[];
            return None;
        };
        self.rest = rest;
        let body = &packet[4..];
        let known = match head[1] {
            TYPE_SR => read_sender_report(body, head[0] & 0x1f),
            TYPE_RR => read_receiver_report(body, head[0] & 0x1f),
            TYPE_SDES => read_description(body),
            TYPE_BYE => Some(RtcpPacket::Bye {
                ssrc: word(body, 0),
            }),
            _ => None,
        };
        let packet_type = head[1];
        Some(known.unwrap_or(RtcpPacket::Other { packet_type }))
    }
}

impl Iterator for Blocks<'_> {
    type Item = ReportBlock;

    fn next(&mut self) -> Option<ReportBlock> {
        let (block, rest) = self.bytes.split_first_chunk::<BLOCK_BYTES>()?;
        self.bytes = rest;
        let lost = word(block, 4)?;
        Some(ReportBlock {
            ssrc: word(block, 0)?,
            fraction_lost: block[4],
            // The shift pair spreads the sign of the 24 bits.
            cumulative_lost: (lost << 8).cast_signed() >> 8,
            highest_sequence: word(block, 8)?,
            jitter_ticks: word(block, 12)?,
            last_sr: word(block, 16)?,
            delay_since_last_sr: word(block, 20)?,
        })
    }
}

fn read_sender_report(body: &[u8], count: u8) -> Option<RtcpPacket<'_>> {
    let ntp = u64::from(word(body, 4)?) << 32 | u64::from(word(body, 8)?);
    Some(RtcpPacket::SenderReport {
        ssrc: word(body, 0)?,
        info: SenderInfo {
            ntp,
            rtp_timestamp: word(body, 12)?,
            packets: word(body, 16)?,
            octets: word(body, 20)?,
        },
        blocks: blocks(&body[24..], count),
    })
}

fn read_receiver_report(body: &[u8], count: u8) -> Option<RtcpPacket<'_>> {
    Some(RtcpPacket::ReceiverReport {
        ssrc: word(body, 0)?,
        blocks: blocks(&body[4..], count),
    })
}

/// As many blocks as are counted and really there.
fn blocks(bytes: &[u8], count: u8) -> Blocks<'_> {
    let counted = usize::from(count) * BLOCK_BYTES;
    Blocks {
        bytes: &bytes[..counted.min(bytes.len())],
    }
}

fn read_description(body: &[u8]) -> Option<RtcpPacket<'_>> {
    let ssrc = word(body, 0)?;
    let mut items = &body[4..];
    let mut cname = None;
    while let [kind, length, rest @ ..] = items {
        if *kind == 0 {
            break;
        }
        let Some((text, rest)) = rest.split_at_checked(usize::from(*length)) else {
            break;
        };
        if *kind == ITEM_CNAME {
            cname = Some(text);
            break;
        }
        items = rest;
    }
    Some(RtcpPacket::SourceDescription { ssrc, cname })
}

fn word(bytes: &[u8], at: usize) -> Option<u32> {
    let four = bytes.get(at..)?.first_chunk::<4>()?;
    Some(u32::from_be_bytes(*four))
}

const TYPE_SR: u8 = 200;
const TYPE_RR: u8 = 201;
const TYPE_SDES: u8 = 202;
const TYPE_BYE: u8 = 203;
const ITEM_CNAME: u8 = 1;
const BLOCK_BYTES: usize = 24;

impl Report<'_> {
    /// Writes the compound packet to the front of `datagram` and says how long it is; `None` if
    /// it does not fit.
    pub fn write(&self, datagram: &mut [u8]) -> Option<usize> {
        let mut out = Writer {
            bytes: datagram,
            at: 0,
        };
        self.write_report(&mut out)?;
        self.write_description(&mut out)?;
        if self.bye {
            out.word(header(TYPE_BYE, 1, 1))?;
            out.word(self.ssrc)?;
        }
        Some(out.at)
    }

    fn write_report(&self, out: &mut Writer<'_>) -> Option<()> {
        let count = u32::from(self.block.is_some());
        let block_words = count * 6;
        match self.info {
            Some(info) => {
                out.word(header(TYPE_SR, count, 6 + block_words))?;
                out.word(self.ssrc)?;
                out.word((info.ntp >> 32) as u32)?;
                out.word(info.ntp as u32)?;
                out.word(info.rtp_timestamp)?;
                out.word(info.packets)?;
                out.word(info.octets)?;
            }
            None => {
                out.word(header(TYPE_RR, count, 1 + block_words))?;
                out.word(self.ssrc)?;
            }
        }
        let Some(block) = self.block else {
            return Some(());
        };
        let lost = block.cumulative_lost.cast_unsigned() & 0x00ff_ffff;
        out.word(block.ssrc)?;
        out.word(u32::from(block.fraction_lost) << 24 | lost)?;
        out.word(block.highest_sequence)?;
        out.word(block.jitter_ticks)?;
        out.word(block.last_sr)?;
        out.word(block.delay_since_last_sr)
    }

    fn write_description(&self, out: &mut Writer<'_>) -> Option<()> {
        let length = u8::try_from(self.cname.len()).unwrap_or(u8::MAX);
        let cname = &self.cname[..usize::from(length)];
        // Item head and text, then at least one zero, to a whole word.
        let item_words = (2 + u32::from(length)) / 4 + 1;
        out.word(header(TYPE_SDES, 1, 1 + item_words))?;
        out.word(self.ssrc)?;
        out.bytes(&[ITEM_CNAME, length])?;
        out.bytes(cname)?;
        let zeros = item_words as usize * 4 - 2 - cname.len();
        out.bytes(&[0; 4][..zeros])
    }
}

const fn header(packet_type: u8, count: u32, words: u32) -> u32 {
    2 << 30 | count << 24 | (packet_type as u32) << 16 | words
}

struct Writer<'a> {
    bytes: &'a mut [u8],
    at: usize,
}

impl Writer<'_> {
    fn word(&mut self, word: u32) -> Option<()> {
        self.bytes(&word.to_be_bytes())
    }

    fn bytes(&mut self, bytes: &[u8]) -> Option<()> {
        let end = self.at + bytes.len();
        self.bytes.get_mut(self.at..end)?.copy_from_slice(bytes);
        self.at = end;
        Some(())
    }
}

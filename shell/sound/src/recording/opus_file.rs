//! Ogg Opus (RFC 7845), written page by page so that a file cut off is still one; decodes nothing.

use std::fs::File;
use std::io::{self, BufWriter, Read, Seek, SeekFrom, Write};
use std::path::Path;
use std::time::Duration;

use conclave_audio::{Encoder, OpusMode, OpusSettings, Resampler, SampleRate};
use conclave_model::Codec;
use ogg::{PacketWriteEndInfo, PacketWriter};

/// What is written to: a file, or what a test takes for one.
pub(super) trait Paper: Write {
    /// Brings what was written to the disk, and says how many bytes that are.
    fn sync(&self) -> io::Result<u64>;
}

impl Paper for File {
    fn sync(&self) -> io::Result<u64> {
        self.sync_data()?;
        Ok(self.metadata()?.len())
    }
}

/// One recording that is being written.
pub(super) struct OpusFile<P: Paper> {
    ogg: PacketWriter<'static, BufWriter<P>>,
    serial: u32,
    encoder: Encoder,
    widen: Resampler,
    /// The last packet, which may be the very last.
    pending: Option<Vec<u8>>,
    /// Samples at 48 kHz up to the end of `pending`.
    position: u64,
    packets: u64,
}

impl<P: Paper> OpusFile<P> {
    /// `paper` is empty.
    pub fn begin(paper: P, serial: u32) -> io::Result<Self> {
        let mut ogg = PacketWriter::new(BufWriter::new(paper));
        let end_page = PacketWriteEndInfo::EndPage;
        ogg.write_packet(head(), serial, end_page, 0)?;
        ogg.write_packet(tags(), serial, end_page, 0)?;
        let settings = OpusSettings {
            mode: OpusMode::Plain,
            bitrate_bps: BITRATE_BPS,
        };
        Ok(Self {
            ogg,
            serial,
            encoder: Encoder::new(Codec::Opus, &settings),
            widen: Resampler::new(SampleRate::Hz16000, SampleRate::Hz48000),
            pending: None,
            position: 0,
            packets: 0,
        })
    }

    /// 20 ms at 16 or 48 kHz.
    pub fn write(&mut self, rate: SampleRate, samples: &[i16]) -> io::Result<()> {
        let mut full = [0.0; FRAME_SAMPLES];
        if rate == SampleRate::Hz48000 {
            convert(samples, &mut full);
        } else {
            let mut narrow = [0.0; FRAME_SAMPLES / 3];
            convert(samples, &mut narrow);
            self.widen.process(&narrow, &mut full);
        }
        let mut packet = vec![0; Encoder::PAYLOAD_MAX];
        let length = self.encoder.encode(&full, &mut packet);
        packet.truncate(length.map_err(io::Error::other)?);
        self.packets += 1;
        let ends_page = self.packets.is_multiple_of(PACKETS_PER_PAGE);
        self.write_pending(if ends_page {
            PacketWriteEndInfo::EndPage
        } else {
            PacketWriteEndInfo::NormalPacket
        })?;
        self.position += FRAME_SAMPLES as u64;
        self.pending = Some(packet);
        if ends_page {
            self.ogg.inner_mut().flush()?;
        }
        Ok(())
    }

    /// As [`Paper::sync`], with all that is on the way.
    pub fn sync(&mut self) -> io::Result<u64> {
        let paper = self.ogg.inner_mut();
        paper.flush()?;
        paper.get_ref().sync()
    }

    pub fn finish(mut self) -> io::Result<()> {
        // What libopus looked ahead comes out with one more packet, which is cut there.
        let end = self.position + u64::from(PRE_SKIP);
        self.write(SampleRate::Hz48000, &[0; FRAME_SAMPLES])?;
        self.position = end;
        self.write_pending(PacketWriteEndInfo::EndStream)?;
        self.sync().map(drop)
    }

    fn write_pending(&mut self, end: PacketWriteEndInfo) -> io::Result<()> {
        let Some(packet) = self.pending.take() else {
            return Ok(());
        };
        self.ogg
            .write_packet(packet, self.serial, end, self.position)
    }
}

/// How long the file plays, by its last whole page.
///
/// # Errors
/// When it cannot be read or has no page of sound.
pub fn duration_of(path: &Path) -> io::Result<Duration> {
    let mut file = File::open(path)?;
    let length = file.metadata()?.len();
    file.seek(SeekFrom::Start(length.saturating_sub(PAGE_BYTES_MAX * 2)))?;
    let mut tail = Vec::new();
    file.read_to_end(&mut tail)?;
    let pages = (0..tail.len())
        .rev()
        .filter_map(|at| position_at(&tail[at..]));
    let position = pages.max().ok_or(io::ErrorKind::InvalidData)?;
    let samples = position.saturating_sub(u64::from(PRE_SKIP));
    Ok(Duration::from_millis(samples / 48))
}

/// The granule position of a whole page (RFC 3533 §6) that begins here.
fn position_at(bytes: &[u8]) -> Option<u64> {
    let header = bytes.get(..27).filter(|it| it.starts_with(b"OggS"))?;
    let segments = bytes.get(27..27 + usize::from(header[26]))?;
    let body: usize = segments.iter().map(|it| usize::from(*it)).sum();
    bytes.get(..27 + segments.len() + body)?;
    let position = u64::from_le_bytes(header[6..14].try_into().ok()?);
    (position != u64::MAX).then_some(position)
}

/// RFC 7845 §5.1: one channel, no gain.
fn head() -> Vec<u8> {
    let mut head = b"OpusHead\x01\x01".to_vec();
    head.extend(PRE_SKIP.to_le_bytes());
    head.extend(48_000_u32.to_le_bytes());
    head.extend([0, 0, 0]);
    head
}

/// RFC 7845 §5.2: who made it, and no comment.
fn tags() -> Vec<u8> {
    let vendor = b"Conclave";
    let mut tags = b"OpusTags".to_vec();
    tags.extend((vendor.len() as u32).to_le_bytes());
    tags.extend(vendor);
    tags.extend(0_u32.to_le_bytes());
    tags
}

fn convert(samples: &[i16], out: &mut [f32]) {
    for (out, sample) in out.iter_mut().zip(samples) {
        *out = f32::from(*sample) / f32::from(i16::MAX);
    }
}

/// Speech in full band: PESQ 4.36 (see `conclave_audio::OpusMode`), 18 MB an hour.
const BITRATE_BPS: u32 = 40_000;
const FRAME_SAMPLES: usize = 960;
/// What libopus looks ahead, at 48 kHz.
const PRE_SKIP: u16 = 312;
/// A second: so much is lost of a file that is cut off.
const PACKETS_PER_PAGE: u64 = 50;
/// RFC 3533 §6.
const PAGE_BYTES_MAX: u64 = 65_307;

//! Ogg Opus (RFC 7845), written page by page so that a file cut off is still one; decodes nothing.

use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::Path;
use std::time::Duration;

use conclave_audio::{Encoder, OpusMode, OpusSettings, Resampler, SampleRate};
use conclave_model::Codec;

use super::ogg_pages::{LastPage, PageKind, Pages};

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
    pages: Pages<BufWriter<P>>,
    encoder: Encoder,
    widen: Resampler,
    /// Samples at 48 kHz so far.
    position: u64,
    packets: u64,
}

impl OpusFile<File> {
    /// Goes on behind what is in the file, also when that was cut off, and says how long that is.
    /// Nothing of it is lost, whatever happens meanwhile.
    ///
    /// # Errors
    /// When the file cannot be read, or is none of ours.
    pub fn resume(mut file: File) -> io::Result<(Self, Duration)> {
        let mut last = LastPage::of(&mut file)?;
        // The last packet was cut behind what libopus looked ahead, and is whole now.
        let cut = FRAME_SAMPLES as u64 - u64::from(PRE_SKIP);
        let position = last.position + if last.is_end { cut } else { 0 };
        last.reopen(&mut file, position)?;
        let pages = Pages::new(BufWriter::new(file), last.serial, last.sequence + 1);
        let going_on = Self::on(pages, position)?;
        Ok((going_on, Duration::from_millis(position / 48)))
    }
}

impl<P: Paper> OpusFile<P> {
    /// `paper` is empty.
    pub fn begin(paper: P, serial: u32) -> io::Result<Self> {
        let mut pages = Pages::new(BufWriter::new(paper), serial, 0);
        pages.add(&head(), 0)?;
        pages.end_page(PageKind::First)?;
        pages.add(&tags(), 0)?;
        pages.end_page(PageKind::Middle)?;
        Self::on(pages, 0)
    }

    fn on(pages: Pages<BufWriter<P>>, position: u64) -> io::Result<Self> {
        let settings = OpusSettings {
            mode: OpusMode::Plain,
            bitrate_bps: BITRATE_BPS,
        };
        Ok(Self {
            pages,
            encoder: Encoder::new(Codec::Opus, &settings),
            widen: Resampler::new(SampleRate::Hz16000, SampleRate::Hz48000),
            position,
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
        self.position += FRAME_SAMPLES as u64;
        self.put(&full, self.position)?;
        self.packets += 1;
        if self.packets.is_multiple_of(PACKETS_PER_PAGE) {
            self.pages.end_page(PageKind::Middle)?;
            self.pages.flush()?;
        }
        Ok(())
    }

    /// As [`Paper::sync`], with all that is on the way but the page that is not full yet.
    pub fn sync(&mut self) -> io::Result<u64> {
        self.pages.flush()?;
        self.pages.paper().get_ref().sync()
    }

    pub fn finish(mut self) -> io::Result<()> {
        self.pages.end_page(PageKind::Middle)?;
        // What libopus looked ahead comes out with one more packet, which is cut there. It is on a
        // page of its own, which is all that is touched when the recording goes on.
        let end = self.position + u64::from(PRE_SKIP);
        self.put(&[0.0; FRAME_SAMPLES], end)?;
        self.pages.end_page(PageKind::Last)?;
        self.sync().map(drop)
    }

    fn put(&mut self, samples: &[f32], position: u64) -> io::Result<()> {
        let mut packet = [0; Encoder::PAYLOAD_MAX];
        let length = self.encoder.encode(samples, &mut packet);
        let length = length.map_err(io::Error::other)?;
        self.pages.add(&packet[..length], position)
    }
}

/// How long the file plays, by its last whole page.
///
/// # Errors
/// When it cannot be read or has no page of sound.
pub fn duration_of(path: &Path) -> io::Result<Duration> {
    let position = LastPage::of(&mut File::open(path)?)?.position;
    let samples = position.saturating_sub(u64::from(PRE_SKIP));
    Ok(Duration::from_millis(samples / 48))
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

//! Pages of one Ogg stream (RFC 3533), written in order and found again at the end of a file; knows
//! no codec.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::os::unix::fs::FileExt;

/// Puts packets on pages and pages on paper.
pub(super) struct Pages<W: Write> {
    paper: W,
    serial: u32,
    sequence: u32,
    /// How long the packets of the page are, as §6 laces them.
    lacing: Vec<u8>,
    body: Vec<u8>,
    /// Of the end of the last packet.
    position: u64,
}

/// What a page is in its stream.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum PageKind {
    First,
    Middle,
    Last,
}

/// The last whole page of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct LastPage {
    pub serial: u32,
    pub sequence: u32,
    /// The granule position.
    pub position: u64,
    pub is_end: bool,
    /// Where it begins in the file.
    at: u64,
    bytes: Vec<u8>,
}

impl<W: Write> Pages<W> {
    /// The next page is the one with this number.
    pub fn new(paper: W, serial: u32, sequence: u32) -> Self {
        Self {
            paper,
            serial,
            sequence,
            lacing: Vec::with_capacity(LACING_MAX),
            body: Vec::new(),
            position: 0,
        }
    }

    pub fn paper(&self) -> &W {
        &self.paper
    }

    /// `position` is that of its end. Packets are far shorter than a page.
    pub fn add(&mut self, packet: &[u8], position: u64) -> io::Result<()> {
        let whole = packet.len() / 255;
        if self.lacing.len() + whole + 1 > LACING_MAX {
            self.end_page(PageKind::Middle)?;
        }
        self.lacing.extend(std::iter::repeat_n(255, whole));
        self.lacing.push((packet.len() % 255) as u8);
        self.body.extend_from_slice(packet);
        self.position = position;
        Ok(())
    }

    /// Nothing when no packet is on it.
    pub fn end_page(&mut self, kind: PageKind) -> io::Result<()> {
        if self.lacing.is_empty() {
            return Ok(());
        }
        let mut page = Vec::with_capacity(HEADER_BYTES + self.lacing.len() + self.body.len());
        page.extend_from_slice(b"OggS\0");
        page.push(match kind {
            PageKind::First => FLAG_FIRST,
            PageKind::Middle => 0,
            PageKind::Last => FLAG_LAST,
        });
        page.extend(self.position.to_le_bytes());
        page.extend(self.serial.to_le_bytes());
        page.extend(self.sequence.to_le_bytes());
        page.extend([0; 4]);
        page.push(self.lacing.len() as u8);
        page.extend_from_slice(&self.lacing);
        page.extend_from_slice(&self.body);
        put_checksum(&mut page);
        self.lacing.clear();
        self.body.clear();
        self.sequence += 1;
        self.paper.write_all(&page)
    }

    pub fn flush(&mut self) -> io::Result<()> {
        self.paper.flush()
    }
}

impl LastPage {
    /// # Errors
    /// When the file cannot be read or ends with no page.
    pub fn of(file: &mut File) -> io::Result<Self> {
        let length = file.metadata()?.len();
        let from = length.saturating_sub(PAGE_BYTES_MAX * 2);
        file.seek(SeekFrom::Start(from))?;
        let mut tail = Vec::new();
        file.read_to_end(&mut tail)?;
        let mut found = (0..tail.len()).rev().filter_map(|begin| {
            let bytes = whole_page(&tail[begin..])?;
            Some(Self::read(from + begin as u64, bytes))
        });
        found.next().ok_or(io::ErrorKind::InvalidData.into())
    }

    fn read(at: u64, bytes: &[u8]) -> Self {
        let number = |from: usize| {
            let word = [from, from + 1, from + 2, from + 3].map(|at| bytes[at]);
            u32::from_le_bytes(word)
        };
        Self {
            serial: number(14),
            sequence: number(18),
            position: u64::from(number(6)) | u64::from(number(10)) << 32,
            is_end: bytes[5] & FLAG_LAST != 0,
            at,
            bytes: bytes.to_vec(),
        }
    }

    /// Makes it one in the middle of its stream that ends at `position`, and the end of the file.
    ///
    /// What is written over is this page alone, at its length: whatever becomes of the machine
    /// meanwhile, all pages before stay what they are.
    pub fn reopen(&mut self, file: &mut File, position: u64) -> io::Result<()> {
        file.set_len(self.at + self.bytes.len() as u64)?;
        if self.is_end || self.position != position {
            self.bytes[5] &= !FLAG_LAST;
            self.bytes[6..14].copy_from_slice(&position.to_le_bytes());
            put_checksum(&mut self.bytes);
            file.write_all_at(&self.bytes, self.at)?;
            (self.is_end, self.position) = (false, position);
        }
        file.seek(SeekFrom::End(0))?;
        file.sync_data()
    }
}

/// The page that begins here, if it is all there and as it was written.
fn whole_page(bytes: &[u8]) -> Option<&[u8]> {
    let header = bytes
        .get(..HEADER_BYTES)
        .filter(|it| it.starts_with(b"OggS"))?;
    let lacing = bytes.get(HEADER_BYTES..HEADER_BYTES + usize::from(header[26]))?;
    let body: usize = lacing.iter().map(|length| usize::from(*length)).sum();
    let page = bytes.get(..HEADER_BYTES + lacing.len() + body)?;
    let mut again = page.to_vec();
    put_checksum(&mut again);
    (again == page).then_some(page)
}

/// §6: over the page with zeros in its own place.
fn put_checksum(page: &mut [u8]) {
    page[22..26].fill(0);
    let sum = page.iter().fold(0_u32, |sum, byte| {
        let index = usize::from((sum >> 24) as u8 ^ byte);
        (sum << 8) ^ CHECKSUMS[index]
    });
    page[22..26].copy_from_slice(&sum.to_le_bytes());
}

const CHECKSUMS: [u32; 256] = checksums();

const fn checksums() -> [u32; 256] {
    let mut table = [0; 256];
    let mut index = 0;
    while index < table.len() {
        let mut sum = (index as u32) << 24;
        let mut bit = 0;
        while bit < 8 {
            let carries = sum & 0x8000_0000 != 0;
            sum = (sum << 1) ^ if carries { 0x04C1_1DB7 } else { 0 };
            bit += 1;
        }
        table[index] = sum;
        index += 1;
    }
    table
}

const FLAG_FIRST: u8 = 2;
const FLAG_LAST: u8 = 4;
const HEADER_BYTES: usize = 27;
/// A page says the lengths of its packets in so many bytes.
const LACING_MAX: usize = 255;
/// §6.
const PAGE_BYTES_MAX: u64 = 65_307;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_has_the_checksum_that_others_reckon() {
        let mut pages = Pages::new(Vec::new(), 0x1234_5678, 0);
        pages.add(b"OpusHead", 0).unwrap();
        pages.end_page(PageKind::First).unwrap();
        let page = pages.paper;
        assert_eq!(whole_page(&page), Some(page.as_slice()));
        let mut torn = page.clone();
        *torn.last_mut().unwrap() ^= 1;
        assert_eq!(whole_page(&torn), None);
        assert_eq!(whole_page(&page[..page.len() - 1]), None);
        assert_eq!(CHECKSUMS[1], 0x04C1_1DB7);
        assert_eq!(CHECKSUMS[255], 0xB1F7_40B4);
    }

    #[test]
    fn more_than_a_page_takes_goes_on_the_next() {
        let mut pages = Pages::new(Vec::new(), 1, 0);
        for count in 1..=100 {
            pages.add(&[7; 600], count).unwrap();
        }
        pages.end_page(PageKind::Last).unwrap();
        let mut rest = pages.paper.as_slice();
        let mut positions = Vec::new();
        while let Some(page) = whole_page(rest) {
            let read = LastPage::read(0, page);
            positions.push((read.sequence, read.position, read.is_end));
            rest = &rest[page.len()..];
        }
        assert_eq!(positions, [(0, 85, false), (1, 100, true)]);
    }
}

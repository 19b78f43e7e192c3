//! RTCP that we send beside the regular reports: requests and estimates; decides on none.

use conclave_rtp::feedback::{
    FEEDBACK_BYTES_MAX, write_full_intra, write_picture_loss, write_remb,
};
use conclave_rtp::rtcp::Report;

use crate::line::Line;

/// What is said to one sender.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Word {
    /// A whole picture is wanted.
    PictureLoss,
    FullIntra(u8),
    /// So many bits per second can be received.
    Estimate(u64),
}

/// A datagram with this word about the stream `media`, behind an empty report as RFC 3550 §6.1
/// wants it; its length, or `None` if it does not fit.
pub(crate) fn write(line: &Line, media: u32, word: Word, datagram: &mut [u8]) -> Option<usize> {
    let own = line.spec.ssrc;
    let report = Report {
        ssrc: own,
        info: None,
        block: None,
        cname: &line.cname,
        bye: false,
    };
    let begin = report.write(datagram)?;
    let rest = datagram.get_mut(begin..)?;
    let length = match word {
        Word::PictureLoss => write_picture_loss(rest, own, media)?,
        Word::FullIntra(number) => write_full_intra(rest, own, media, number)?,
        Word::Estimate(bits_per_second) => write_remb(rest, own, media, bits_per_second)?,
    };
    Some(begin + length)
}

/// An empty report, its description and one word.
pub(crate) const WORD_BYTES_MAX: usize = 8 + 20 + FEEDBACK_BYTES_MAX;

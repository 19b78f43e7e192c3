//! The answer to our own offer, read; offers nothing itself.

use conclave_contract::{Keypad, MediaFormat};

use crate::agreed::Line;
use crate::answer::{keypad_for, packet_time, why_refused};
use crate::description::MediaLine;
use crate::encryption::AgreedKeys;
use crate::ice_line::AgreedIce;
use crate::tls_line::AgreedTls;
use crate::video::video_number;
use crate::{Agreed, AgreedVideo, Capabilities, Offer, Refused, SdpError, VideoSide};

/// What `answer` makes of `our_offer`, both as they went over the wire.
///
/// We send with the answer's payload types and receive with ours; where a peer uses its own in
/// both directions, that is understood as long as the numbers do not collide.
///
/// # Errors
/// When either is no description, or the answer rejects our audio.
pub fn read_answer(our_offer: &[u8], answer: &[u8]) -> Result<Agreed, SdpError> {
    let ours = Offer::parse(our_offer)?;
    let theirs = Offer::parse(answer)?;
    let place = ours.lines.iter().position(MediaLine::is_spoken_audio);
    let place = place.ok_or(Refused::NoAudio)?;
    let our_line = &ours.lines[place];
    let line = theirs
        .lines
        .get(place)
        .filter(|line| line.is_spoken_audio())
        .ok_or_else(|| why_refused(&theirs, &Capabilities::default()))?;
    let keys = AgreedKeys::answered(our_line, line);
    let tls = AgreedTls::answered(our_line, line).filter(|_| keys.is_none());
    let is_plain = keys.is_none() && tls.is_none();
    if is_plain && !(our_line.is_plain() && line.is_plain()) {
        let (protocol, suites) = (line.protocol.clone(), line.crypto.names.join(", "));
        return Err(Refused::NoCommonSuite { protocol, suites }.into());
    }
    let taken = |format: &&MediaFormat| our_line.formats.of(format.codec).is_some();
    let send = line.formats.codecs.iter().find(taken).copied();
    let send = send.ok_or_else(|| {
        let offered = line.formats.names.join(", ");
        Refused::NoCommonCodec { offered }
    })?;
    let keypad = merge_keypads(our_line, line);
    Ok(Agreed {
        remote: line.remote(),
        remote_rtcp: line.remote_rtcp(),
        rtcp_mux: line.rtcp_mux && our_line.rtcp_mux,
        send,
        receive: merge_formats(our_line, line, send),
        keypad_send: keypad_for(send.codec, &line.formats.keypads),
        keypad,
        direction: line.our_direction(),
        ptime_ms: packet_time(line, &wishes_of(our_line)),
        ptime_max_ms: line.ptime_max_ms.filter(|ms| *ms > 0),
        opus_fec: line.formats.opus.fec,
        opus_dtx: line.formats.opus.dtx,
        opus_bitrate_max: line.formats.opus.bitrate_max,
        opus_stereo: line.formats.opus.stereo,
        levels: our_line.levels.filter(|ours| ours.is_met_by(line.levels)),
        video: match is_plain {
            true => video_agreed(&ours, &theirs),
            false => Vec::new(),
        },
        keys,
        tls,
        ice: AgreedIce::answered(our_line, line),
        is_bundled: our_line.is_bundled && line.is_bundled,
        lines: lines_of(&ours, place),
    })
}

/// Ours, the one that was chosen first, then the answer's own numbers for them.
fn merge_formats(ours: &MediaLine, theirs: &MediaLine, chosen: MediaFormat) -> Vec<MediaFormat> {
    let mut formats = ours.formats.codecs.clone();
    formats.sort_by_key(|format| format.codec != chosen.codec);
    for format in &theirs.formats.codecs {
        if !is_taken(&formats, &ours.formats.keypads, format.payload_type) {
            formats.push(*format);
        }
    }
    formats
}

fn merge_keypads(ours: &MediaLine, theirs: &MediaLine) -> Vec<Keypad> {
    let mut keypads = ours.formats.keypads.clone();
    for keypad in &theirs.formats.keypads {
        if !is_taken(&ours.formats.codecs, &keypads, keypad.payload_type) {
            keypads.push(*keypad);
        }
    }
    keypads
}

fn is_taken(formats: &[MediaFormat], keypads: &[Keypad], payload_type: u8) -> bool {
    formats
        .iter()
        .any(|format| format.payload_type == payload_type)
        || keypads
            .iter()
            .any(|keypad| keypad.payload_type == payload_type)
}

/// The lines of ours that the answer takes, each with the formats of ours that it names.
fn video_agreed(ours: &Offer, theirs: &Offer) -> Vec<AgreedVideo> {
    let numbers = video_number(ours.lines.iter().map(|line| line.kind.as_str()));
    let agreed = |((own, line), number): ((&MediaLine, &MediaLine), Option<u8>)| {
        let offered = VideoSide {
            lines: u8::MAX,
            formats: own.video.formats.clone(),
            is_caller: false,
        };
        let is_answer = line.kind == "video" && own.port != 0;
        let agreed = AgreedVideo::on(line, number.filter(|_| is_answer)?, &offered)?;
        Some(AgreedVideo {
            rtcp_mux: agreed.rtcp_mux && own.rtcp_mux,
            ..agreed
        })
    };
    let pairs = ours.lines.iter().zip(&theirs.lines);
    pairs.zip(numbers).filter_map(agreed).collect()
}

fn wishes_of(our_line: &MediaLine) -> Capabilities {
    let default = Capabilities::default();
    Capabilities {
        ptime_ms: our_line.ptime_ms.unwrap_or(default.ptime_ms),
        ..default
    }
}

fn lines_of(ours: &Offer, place: usize) -> Vec<Line> {
    let numbers = video_number(ours.lines.iter().map(|line| line.kind.as_str()));
    let line = |((index, line), number): ((usize, &MediaLine), Option<u8>)| match index == place {
        true => Line::Audio {
            protocol: line.protocol.clone(),
            mid: line.mid.clone(),
        },
        false => line.echo(number),
    };
    let lines = ours.lines.iter().enumerate().zip(numbers);
    lines.map(line).collect()
}

//! The answer to an offer: the first audio line that we can speak on; writes nothing.

use conclave_contract::{Keypad, MediaFormat};
use conclave_model::{Codec, SrtpPolicy, limits};

use crate::agreed::Line;
use crate::description::MediaLine;
use crate::encryption::Shield;
use crate::ice_line::AgreedIce;
use crate::level_line::LevelLine;
use crate::video::video_number;
use crate::{Agreed, AgreedVideo, Capabilities, Offer, Preference, Refused};

/// Accepts the first usable audio line of `offer`, an encrypted one before a plain one, and rejects
/// the others.
///
/// # Errors
/// When there is none; the words say why.
pub fn answer(offer: &Offer, capabilities: &Capabilities) -> Result<Agreed, Refused> {
    let (chosen, line, shield, send) =
        choose(offer, capabilities).ok_or_else(|| why_refused(offer, capabilities))?;
    let is_plain = shield == Shield::Plain;
    let (keys, tls) = shield.parts();
    let keypad = line.formats.keypads.clone();
    Ok(Agreed {
        remote: line.remote(),
        remote_rtcp: line.remote_rtcp(),
        rtcp_mux: line.rtcp_mux,
        send,
        keypad_send: keypad_for(send.codec, &keypad),
        // The answer names this one alone: each more would cost the leg a decoder of its own.
        receive: vec![send],
        keypad,
        direction: line.our_direction(),
        ptime_ms: packet_time(line, capabilities),
        ptime_max_ms: line.ptime_max_ms.filter(|ms| *ms > 0),
        opus_fec: line.formats.opus.fec,
        opus_dtx: line.formats.opus.dtx,
        opus_bitrate_max: line.formats.opus.bitrate_max,
        opus_stereo: line.formats.opus.stereo,
        levels: levels(line, capabilities),
        // Pictures are passed on as they are, which beside encrypted sound would deceive people.
        video: match is_plain {
            true => video(offer, capabilities),
            false => Vec::new(),
        },
        keys,
        tls,
        ice: AgreedIce::answering(line, &capabilities.ice),
        is_bundled: line.is_bundled,
        lines: echo_lines(&offer.lines, chosen),
    })
}

/// Where it is, how it is answered, and in which format we send.
fn choose<'o>(
    offer: &'o Offer,
    capabilities: &Capabilities,
) -> Option<(usize, &'o MediaLine, Shield, MediaFormat)> {
    let lines = offer.lines.iter().enumerate();
    let mut usable = lines.filter_map(|(index, line)| {
        let shield = line.shield(&capabilities.srtp);
        let shield = shield.filter(|_| line.is_wanted_audio())?;
        let send = common_formats(line, capabilities).first().copied()?;
        Some((index, line, shield, send))
    });
    let first = usable.next()?;
    if first.2 != Shield::Plain {
        return Some(first);
    }
    let encrypted = usable.find(|(_, _, shield, _)| *shield != Shield::Plain);
    Some(encrypted.unwrap_or(first))
}

impl MediaLine {
    pub(crate) fn is_spoken_audio(&self) -> bool {
        self.is_wanted_audio() && self.is_spoken()
    }

    /// The line that answers it, where it is not the sound: `number` is that of a video line.
    pub(crate) fn echo(&self, number: Option<u8>) -> Line {
        let (protocol, formats) = (self.protocol.clone(), self.formats_text.clone());
        let mid = self.mid.clone();
        match number {
            Some(number) => Line::Video {
                number,
                protocol,
                formats,
                mid,
            },
            None => Line::Rejected {
                kind: self.kind.clone(),
                protocol,
                formats,
                mid,
            },
        }
    }

    fn is_wanted_audio(&self) -> bool {
        self.kind == "audio" && self.port != 0
    }
}

/// The clock of events must be the codec's (RFC 4733 §2.1); phones that offer only 8000 beside
/// Opus exist, so any will do.
pub(crate) fn keypad_for(codec: Codec, keypads: &[Keypad]) -> Option<Keypad> {
    let fits = |keypad: &&Keypad| keypad.clock_rate_hz == codec.clock_rate_hz();
    keypads.iter().find(fits).or(keypads.first()).copied()
}

/// The peer's wish in steps of 10 ms, or ours, within what it can take.
pub(crate) fn packet_time(line: &MediaLine, capabilities: &Capabilities) -> u32 {
    let wish = line
        .ptime_ms
        .filter(|ms| *ms > 0)
        .unwrap_or(capabilities.ptime_ms);
    let most = line
        .ptime_max_ms
        .filter(|ms| *ms > 0)
        .unwrap_or(*limits::PTIME_MS.end());
    let whole = wish.min(most) / 10 * 10;
    whole.clamp(*limits::PTIME_MS.start(), *limits::PTIME_MS.end())
}

/// Ours in answer to theirs, with their number and their word on the voice flag.
fn levels(line: &MediaLine, capabilities: &Capabilities) -> Option<LevelLine> {
    let role = capabilities.levels;
    let theirs = line.levels.filter(|theirs| theirs.suits(role))?;
    LevelLine::of(role, theirs.extension)
}

/// Every video line that can be passed on, of as many as we take.
pub(crate) fn video(theirs: &Offer, capabilities: &Capabilities) -> Vec<AgreedVideo> {
    let lines = &theirs.lines;
    let numbers = video_number(lines.iter().map(|line| line.kind.as_str()));
    let accepted = lines
        .iter()
        .zip(numbers)
        .filter_map(|(line, number)| AgreedVideo::on(line, number?, &capabilities.video));
    accepted.collect()
}

fn common_formats(line: &MediaLine, capabilities: &Capabilities) -> Vec<MediaFormat> {
    let spoken = |format: &&MediaFormat| capabilities.codecs.contains(&format.codec);
    match capabilities.preference {
        Preference::Theirs => line.formats.codecs.iter().filter(spoken).copied().collect(),
        Preference::Ours => {
            let ours = capabilities.codecs.iter();
            ours.filter_map(|codec| line.formats.of(*codec)).collect()
        }
    }
}

fn echo_lines(lines: &[MediaLine], chosen: usize) -> Vec<Line> {
    let numbers = video_number(lines.iter().map(|line| line.kind.as_str()));
    let echo = |((index, line), number): ((usize, &MediaLine), Option<u8>)| {
        if index == chosen {
            return Line::Audio {
                protocol: line.protocol.clone(),
                mid: line.mid.clone(),
            };
        }
        line.echo(number)
    };
    lines.iter().enumerate().zip(numbers).map(echo).collect()
}

pub(crate) fn why_refused(offer: &Offer, capabilities: &Capabilities) -> Refused {
    let side = &capabilities.srtp;
    let mut audio = offer.lines.iter().filter(|line| line.is_wanted_audio());
    let could_be = audio.clone().find(|line| line.shield(side).is_some());
    if let Some(line) = could_be {
        let offered = line.formats.names.join(", ");
        return Refused::NoCommonCodec { offered };
    }
    let Some(line) = audio.next() else {
        return Refused::NoAudio;
    };
    let (protocol, suites) = (line.protocol.clone(), line.crypto.names.join(", "));
    if line.is_tls() && side.tls.fingerprint().is_some() {
        return Refused::NoFingerprint { protocol };
    }
    match side.policy {
        SrtpPolicy::Off => Refused::OnlyEncrypted { protocol },
        SrtpPolicy::Required if suites.is_empty() => Refused::NotEncrypted { protocol },
        SrtpPolicy::Offered | SrtpPolicy::Required => Refused::NoCommonSuite { protocol, suites },
    }
}

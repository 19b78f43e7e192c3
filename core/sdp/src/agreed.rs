//! What offer and answer came to, from our side of the wire.

use std::net::SocketAddr;

use conclave_contract::{Direction, Handshakes, Keypad, LegSpec, LevelExtension, MediaFormat};
use conclave_model::Encryption;

use crate::encryption::AgreedKeys;
use crate::level_line::LevelLine;
use crate::{AgreedIce, AgreedTls, AgreedVideo, LevelRole};

/// The result of an exchange; two that are equal need no new media.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Agreed {
    /// `None`: held by `0.0.0.0` (RFC 2543), or given as a name, which nobody resolves here.
    pub remote: Option<SocketAddr>,
    pub remote_rtcp: Option<SocketAddr>,
    pub rtcp_mux: bool,
    pub send: MediaFormat,
    /// What may arrive, the one we send first.
    pub receive: Vec<MediaFormat>,
    /// Every telephone event that was agreed.
    pub keypad: Vec<Keypad>,
    /// What a phone would send its keys by: the event whose clock is that of `send`.
    pub keypad_send: Option<Keypad>,
    /// Our own direction.
    pub direction: Direction,
    pub ptime_ms: u32,
    /// The longest packet that the peer says it takes.
    pub ptime_max_ms: Option<u32>,
    /// The peer takes in-band FEC of Opus.
    pub opus_fec: bool,
    /// The peer asked that pauses be not sent (RFC 7587 `usedtx`).
    pub opus_dtx: bool,
    pub opus_bitrate_max: Option<u32>,
    /// The peer would hear two channels (RFC 7587 `stereo`).
    pub opus_stereo: bool,
    /// Of each video line that was accepted.
    pub video: Vec<AgreedVideo>,
    pub(crate) keys: Option<AgreedKeys>,
    /// The keys are agreed on where the sound goes.
    pub tls: Option<AgreedTls>,
    /// The way is agreed on there too.
    pub ice: Option<AgreedIce>,
    /// All lines share one port (RFC 9143); ours is the only one.
    pub(crate) is_bundled: bool,
    /// Our half of the agreement on audio levels.
    pub(crate) levels: Option<LevelLine>,
    /// All media lines of the exchange in their order, of which ours is one.
    pub(crate) lines: Vec<Line>,
}

/// One media line of the exchange, as it is written again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Line {
    /// Ours, with the profile that was offered.
    Audio {
        protocol: String,
        mid: Option<String>,
    },
    /// Ours too, if it was accepted and has a port, else port 0.
    Video {
        number: u8,
        protocol: String,
        formats: String,
        mid: Option<String>,
    },
    /// Port 0, in its place (RFC 3264 §6).
    Rejected {
        kind: String,
        protocol: String,
        formats: String,
        mid: Option<String>,
    },
}

impl Agreed {
    /// The extension for audio levels, if it was agreed that we do this with it.
    #[must_use]
    pub fn levels_in(&self, role: LevelRole) -> Option<LevelExtension> {
        let line = self.levels.filter(|line| line.role() == role)?;
        Some(line.extension)
    }

    /// Whether the sound is encrypted, or is to be as soon as there are keys.
    #[must_use]
    pub const fn is_encrypted(&self) -> bool {
        self.keys.is_some() || self.tls.is_some()
    }

    /// `None`: no key is known from the descriptions.
    #[must_use]
    pub fn encryption(&self) -> Option<Encryption> {
        self.keys.as_ref().map(AgreedKeys::encryption)
    }

    /// A new answer of ours after `before`: a peer that offers what it had (a key, its certificate,
    /// its names) is answered with what we had, and everything goes on.
    pub fn keep_ours_of(&mut self, before: &Self) {
        if let (Some(keys), Some(before)) = (&mut self.keys, &before.keys) {
            keys.keep_ours_of(before);
        }
        if let (Some(tls), Some(before)) = (&mut self.tls, &before.tls) {
            tls.keep_role_of(before);
        }
        if let (Some(ice), Some(before)) = (&mut self.ice, &before.ice) {
            ice.keep_ours_of(before);
        }
    }

    /// The specification of the leg; the three numbers are random (RFC 3550 §5.1).
    #[must_use]
    pub fn leg_spec(&self, ssrc: u32, first_sequence: u16, first_timestamp: u32) -> LegSpec {
        LegSpec {
            remote: self.remote,
            remote_rtcp: self.remote_rtcp,
            rtcp_mux: self.rtcp_mux,
            send: self.send,
            receive: self.receive.clone(),
            keypad: self.keypad.clone(),
            direction: self.direction,
            ptime_ms: self.ptime_ms,
            ptime_max_ms: self.ptime_max_ms,
            opus_fec: self.opus_fec,
            opus_bitrate_max: self.opus_bitrate_max,
            opus_stereo: self.opus_stereo,
            audio_level: self.levels_in(LevelRole::Reads),
            protection: self.keys.as_ref().map(AgreedKeys::protection),
            handshakes: match (&self.tls, &self.ice) {
                (Some(_), _) => Handshakes::Awaited,
                (None, Some(_)) => Handshakes::Heard,
                (None, None) => Handshakes::Refused,
            },
            is_checked: self.ice.is_some(),
            ssrc,
            first_sequence,
            first_timestamp,
        }
    }
}

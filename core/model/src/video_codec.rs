//! The video codecs we pass on, and which stream of them suits which receiver; decodes nothing.

use std::fmt;

/// A codec whose packets are passed on as they are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum VideoCodec {
    /// RFC 7741.
    Vp8,
    /// RFC 6184.
    H264(H264),
}

/// What a `fmtp` line of H.264 says: the kind of stream, and the most that its author takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct H264 {
    pub packetization: Packetization,
    /// The first byte of `profile-level-id`.
    pub profile_idc: u8,
    /// The second byte: `constraint_set` flags from the left.
    pub constraints: u8,
    /// The third byte: ten times the level.
    pub level_idc: u8,
}

/// How NAL units lie in packets (RFC 6184 §5.4).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Packetization {
    /// Each in a packet of its own (`packetization-mode=0`).
    Single,
    /// Several in one, or one in several, in order (`packetization-mode=1`).
    NonInterleaved,
}

/// What a decoder must be able to do, of the profiles that are told apart here (RFC 6184 table 5).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Profile {
    ConstrainedBaseline,
    Baseline,
    Main,
    ConstrainedHigh,
    High,
    Other(u8, u8),
}

impl VideoCodec {
    /// RFC 7741 §4.2 and RFC 6184 §5.1 say the same.
    pub const CLOCK_RATE_HZ: u32 = 90_000;

    /// The encoding name in `a=rtpmap`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            VideoCodec::Vp8 => "VP8",
            VideoCodec::H264(_) => "H264",
        }
    }

    /// Whether who takes this can show what `sender` sends.
    #[must_use]
    pub fn takes(self, sender: VideoCodec) -> bool {
        match (self, sender) {
            (VideoCodec::Vp8, VideoCodec::Vp8) => true,
            (VideoCodec::H264(own), VideoCodec::H264(sender)) => own.takes(sender),
            (VideoCodec::Vp8, VideoCodec::H264(_)) | (VideoCodec::H264(_), VideoCodec::Vp8) => {
                false
            }
        }
    }

    /// Whether both name the same kind of stream, however large its pictures.
    #[must_use]
    pub fn is_like(self, other: VideoCodec) -> bool {
        match (self, other) {
            (VideoCodec::Vp8, VideoCodec::Vp8) => true,
            (VideoCodec::H264(one), VideoCodec::H264(other)) => {
                one.packetization == other.packetization && one.profile() == other.profile()
            }
            (VideoCodec::Vp8, VideoCodec::H264(_)) | (VideoCodec::H264(_), VideoCodec::Vp8) => {
                false
            }
        }
    }
}

impl H264 {
    /// Constrained Baseline, level 3.1: what every video telephone can do, up to 1280 x 720.
    #[must_use]
    pub const fn usual(packetization: Packetization) -> Self {
        Self {
            packetization,
            profile_idc: 0x42,
            constraints: 0xe0,
            level_idc: LEVEL_MOST,
        }
    }

    /// What we ask its author to send: no larger pictures than most can take.
    #[must_use]
    pub fn asked_for(self) -> Self {
        Self {
            level_idc: self.level_idc.min(LEVEL_MOST),
            ..self
        }
    }

    fn takes(self, sender: H264) -> bool {
        // Mode 1 allows packets of mode 0 (RFC 6184 §5.4).
        self.packetization >= sender.packetization
            && self.profile().decodes(sender.profile())
            && self.level() >= sender.asked_for().level()
    }

    fn profile(self) -> Profile {
        match (self.profile_idc, self.constraints) {
            (0x42, flags) if flags & 0x40 != 0 => Profile::ConstrainedBaseline,
            (0x42, _) => Profile::Baseline,
            (0x4d, flags) if flags & 0x80 != 0 => Profile::ConstrainedBaseline,
            (0x4d, _) => Profile::Main,
            (0x58, flags) if flags & 0xc0 == 0xc0 => Profile::ConstrainedBaseline,
            (0x64, flags) if flags & 0x0c == 0x0c => Profile::ConstrainedHigh,
            (0x64, _) => Profile::High,
            (profile, flags) => Profile::Other(profile, flags),
        }
    }

    /// Comparable; 1b lies between 1 and 1.1 (RFC 6184 §8.1).
    fn level(self) -> u16 {
        let is_1b = match self.level_idc {
            11 => matches!(self.profile_idc, 0x42 | 0x4d | 0x58) && self.constraints & 0x10 != 0,
            9 => true,
            _ => false,
        };
        if is_1b {
            21
        } else {
            u16::from(self.level_idc) * 2
        }
    }
}

impl Profile {
    fn decodes(self, sender: Profile) -> bool {
        let is_modest = sender == Profile::ConstrainedBaseline;
        match self {
            Profile::ConstrainedBaseline | Profile::Other(..) => self == sender,
            Profile::Baseline | Profile::Main | Profile::ConstrainedHigh => {
                is_modest || self == sender
            }
            Profile::High => {
                is_modest
                    || matches!(
                        sender,
                        Profile::Main | Profile::ConstrainedHigh | Profile::High
                    )
            }
        }
    }
}

impl fmt::Display for VideoCodec {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// 3.1, as RFC 7742 §6.2 recommends to browsers.
const LEVEL_MOST: u8 = 31;

#[cfg(test)]
mod tests {
    use super::*;

    fn h264(id: u32, packetization: Packetization) -> VideoCodec {
        let [_, profile_idc, constraints, level_idc] = id.to_be_bytes();
        VideoCodec::H264(H264 {
            packetization,
            profile_idc,
            constraints,
            level_idc,
        })
    }

    #[test]
    fn a_receiver_takes_what_it_can_decode_and_nothing_above() {
        use Packetization::{NonInterleaved, Single};
        let of = |receiver: u32, sender: u32| {
            h264(receiver, NonInterleaved).takes(h264(sender, NonInterleaved))
        };
        assert!(
            of(0x42e01f, 0x42c01e),
            "the same profile, written otherwise"
        );
        assert!(of(0x4d001f, 0x42e01f), "main decodes constrained baseline");
        assert!(!of(0x42e01f, 0x4d001f));
        assert!(!of(0x42e014, 0x42e01f), "larger pictures than it takes");
        assert!(of(0x42e01f, 0x42e034), "a large sender is asked for 3.1");
        assert!(of(0x42f00b, 0x42e00a) && !of(0x42f00b, 0x42e00b), "1b");
        let single = h264(0x42e01f, Single);
        let other = h264(0x42e01f, NonInterleaved);
        assert!(other.takes(single) && !single.takes(other));
        assert!(!VideoCodec::Vp8.takes(other) && VideoCodec::Vp8.takes(VideoCodec::Vp8));
    }
}

//! A leg that hears in two channels: each voice from its place, and what is for it alone from the
//! middle; places nobody.

use conclave_audio::{EncodeError, Encoder, Frame, SampleRate, StereoEncoder};
use conclave_mixer::{Limiter, Slot};
use conclave_model::{Codec, limits};

use super::{Base, Hears, Leg, Payloads};
use crate::bus::bus_of;
use crate::context::{Scratch, Shared};
use crate::stage::Ring;

/// What one `SetBinaural` command brings.
pub struct StereoEar {
    encoder: StereoEncoder,
    limiters: [Limiter; 2],
    following: Following,
}

/// Whether one has a stream of one's own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Following {
    /// What it hears is for it alone.
    Nobody,
    /// It hears what all hear, and has encoded so many frames of it: its encoder comes to the
    /// state of the shared one.
    Soon(u32),
    /// It is sent what all are sent.
    Ring,
}

impl StereoEar {
    #[must_use]
    pub fn new() -> Self {
        let limiter = || Limiter::new(SampleRate::Hz48000.hz());
        Self {
            encoder: StereoEncoder::new(None),
            limiters: [limiter(), limiter()],
            following: Following::Nobody,
        }
    }
}

impl StereoEar {
    /// Once a tick. Who leaves the ring takes its state along, so that what a phone hears goes on.
    fn follow(&mut self, hears_all: bool, ring: &Ring, shared: &mut Shared) {
        self.following = match (self.following, hears_all) {
            (Following::Ring, true) => Following::Ring,
            (Following::Ring, false) => {
                if shared.take_handover() {
                    self.encoder.continue_from(ring.encoder());
                } else {
                    self.encoder.begin();
                }
                for (own, all) in self.limiters.iter_mut().zip(ring.limiters()) {
                    own.continue_from(all);
                }
                Following::Nobody
            }
            (Following::Nobody | Following::Soon(_), false) => Following::Nobody,
            (Following::Nobody, true) => Following::Soon(0),
            (Following::Soon(frames), true) if frames < SETTLE_FRAMES => {
                Following::Soon(frames + 1)
            }
            (Following::Soon(_), true) => Following::Ring,
        };
    }
}

/// The last word of its own has left the limiter with the first frame, and three more make two
/// encoders alike.
const SETTLE_FRAMES: u32 = 1 + Encoder::HAND_BACK_FRAMES;

impl Default for StereoEar {
    fn default() -> Self {
        Self::new()
    }
}

impl Leg {
    /// The ear that it has no use for comes back.
    pub(crate) fn set_stereo(&mut self, ear: Option<Box<StereoEar>>) -> Option<Box<StereoEar>> {
        if ear.is_some() && !self.spec.opus_stereo {
            return ear;
        }
        match (ear, &self.stereo) {
            // The one it has is in the middle of a stream.
            (Some(new), Some(_)) => Some(new),
            (ear, _) => std::mem::replace(&mut self.stereo, ear),
        }
    }

    /// Whether it can hear places; a packet that lasts longer than a tick has none.
    fn can_hear_places(&self) -> bool {
        self.stereo.is_some()
            && self.spec.opus_stereo
            && self.spec.send.codec == Codec::Opus
            && self.egress.fills_packets()
    }

    /// Once a tick; `limiters` are those of the mix that all hear, `ring` is there where voices
    /// have places.
    pub(crate) fn choose_channels(
        &mut self,
        ring: Option<&Ring>,
        is_excepted: bool,
        limiters: &[Limiter; 3],
        shared: &mut Shared,
    ) {
        let is_spatial = ring.is_some() && self.can_hear_places();
        if is_spatial != self.is_spatial {
            self.is_spatial = is_spatial;
            self.change_over(&limiters[bus_of(self.rate())]);
        }
        if let Some(ring) = ring.filter(|_| is_spatial) {
            let hears_all = self.hears_all(is_excepted);
            if let Some(ear) = &mut self.stereo {
                ear.follow(hears_all, ring, shared);
            }
        }
    }

    fn change_over(&mut self, all: &Limiter) {
        self.limiter.continue_from(all);
        if let Some(ear) = self.stereo.as_mut().filter(|_| self.is_spatial) {
            ear.following = Following::Nobody;
            ear.encoder.begin();
            ear.encoder.set_bitrate_max(self.spec.opus_bitrate_max);
            for limiter in &mut ear.limiters {
                limiter.continue_from(all);
            }
        }
    }

    /// Nothing is for it alone, in a form in which others take it too.
    fn hears_all(&self, is_excepted: bool) -> bool {
        let is_alone = self.is_talker || is_excepted || self.is_disturbed();
        let is_as_all = self.loudness.is_plain() && self.music.station().is_none();
        let takes_all = self.egress.key().ptime_ms == limits::FRAME_MS
            && self
                .spec
                .opus_bitrate_max
                .is_none_or(|max| max >= StereoEncoder::BITRATE_BPS);
        !is_alone && is_as_all && takes_all
    }

    /// It is sent what others are sent too, or will be soon.
    pub(crate) fn wants_ring(&self) -> bool {
        let ear = self.stereo.as_ref().filter(|_| self.is_spatial);
        ear.is_some_and(|ear| ear.following != Following::Nobody)
    }

    pub(crate) fn follows_ring(&self) -> bool {
        let ear = self.stereo.as_ref().filter(|_| self.is_spatial);
        ear.is_some_and(|ear| ear.following == Following::Ring)
    }

    /// Makes what its two ears hear, in `scratch.ears`.
    pub(crate) fn compose_ears(&mut self, slot: usize, music: Option<&Frame>, shared: &mut Shared) {
        let hears = self.hears;
        self.duck_background();
        let (background, loudness) = (self.background.clone(), self.loudness.clone());
        // What is for this leg alone comes from the middle, at its own volume already.
        self.hears = Hears::Alone(Base::Silence);
        self.compose(slot, music, shared);
        self.hears = hears;
        let Some(ear) = &mut self.stereo else {
            return;
        };
        shared.health.mixes += 2;
        let full = bus_of(SampleRate::Hz48000);
        let Scratch {
            alone,
            announced,
            spatial,
            ears,
            ..
        } = &mut *shared.scratch;
        let own = Slot(u32::try_from(slot).unwrap_or(u32::MAX));
        let is_announced = hears == Hears::Alone(Base::OwnMix { is_announced: true });
        for (mix, out) in spatial.iter().zip(ears.iter_mut()) {
            mix.all_but(own, out.samples_mut());
            if is_announced {
                out.add(&announced[full]);
            }
            background.clone().apply(out.samples_mut());
            loudness.clone().apply(out.samples_mut());
        }
        let [left, right] = ears;
        Limiter::process_pair(&mut ear.limiters, left.samples_mut(), right.samples_mut());
        for out in [left, right] {
            out.add(&alone[full]);
        }
    }

    /// Encodes what [`Leg::compose_ears`] made, in `scratch.payloads`; says in how many packets.
    pub(crate) fn encode_ears(&mut self, scratch: &mut Scratch) -> u64 {
        let Scratch { ears, payloads, .. } = scratch;
        payloads.clear();
        let Some(ear) = &mut self.stereo else {
            return 0;
        };
        let packet_samples = self.egress.packet_samples();
        let [left, right] = ears;
        let left = left.samples().chunks_exact(packet_samples);
        let right = right.samples().chunks_exact(packet_samples);
        for (left, right) in left.zip(right) {
            encode_packet(&mut ear.encoder, left, right, payloads);
        }
        payloads.count() as u64
    }
}

fn encode_packet(
    encoder: &mut StereoEncoder,
    left: &[f32],
    right: &[f32],
    payloads: &mut Payloads,
) {
    if let Some(out) = payloads.next_payload() {
        // Cannot fail: the packet is 10 or 20 ms, the buffer is the largest there is.
        let encoded: Result<usize, EncodeError> = encoder.encode(left, right, out);
        payloads.finish_payload(encoded.unwrap_or(0));
    }
}

//! A leg that hears in two channels: each voice from its place, and what is for it alone from the
//! middle; places nobody.

use conclave_audio::{EncodeError, Frame, SampleRate, StereoEncoder};
use conclave_mixer::{Limiter, Slot};
use conclave_model::Codec;

use super::{Base, Hears, Leg, Payloads};
use crate::bus::bus_of;
use crate::context::{Scratch, Shared};

/// What one `SetBinaural` command brings.
pub struct StereoEar {
    encoder: StereoEncoder,
    limiters: [Limiter; 2],
}

impl StereoEar {
    #[must_use]
    pub fn new() -> Self {
        let limiter = || Limiter::new(SampleRate::Hz48000.hz());
        Self {
            encoder: StereoEncoder::new(None),
            limiters: [limiter(), limiter()],
        }
    }
}

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

    /// Once a tick; `limiters` are those of the mix that all hear.
    pub(crate) fn choose_channels(&mut self, has_places: bool, limiters: &[Limiter; 3]) {
        let is_spatial = has_places && self.can_hear_places();
        if is_spatial == self.is_spatial {
            return;
        }
        self.is_spatial = is_spatial;
        let shared = &limiters[bus_of(self.rate())];
        self.limiter.continue_from(shared);
        if let Some(ear) = self.stereo.as_mut().filter(|_| is_spatial) {
            ear.encoder.begin();
            ear.encoder.set_bitrate_max(self.spec.opus_bitrate_max);
            for limiter in &mut ear.limiters {
                limiter.continue_from(shared);
            }
        }
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
        for ((mix, out), limiter) in spatial.iter().zip(ears).zip(&mut ear.limiters) {
            mix.all_but(own, out.samples_mut());
            if is_announced {
                out.add(&announced[full]);
            }
            background.clone().apply(out.samples_mut());
            loudness.clone().apply(out.samples_mut());
            limiter.process(out.samples_mut());
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

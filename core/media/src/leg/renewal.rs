//! The parts of a leg that a new offer and answer replace, made outside the tick.

use conclave_contract::LegSpec;

use super::egress::Egress;
use super::ingress::Ingress;
use super::shield::Shield;
use crate::bus::Converters;
use crate::reserve::Reserve;
use conclave_audio::SampleRate;
use conclave_mixer::Limiter;

/// One `UpdateLeg` command. What the leg does not need of it goes back in it.
pub struct Renewal {
    pub(crate) spec: Box<LegSpec>,
    pub(crate) parts: Parts,
}

/// What depends on the codecs.
pub(crate) struct Parts {
    pub ingress: Ingress,
    pub egress: Egress,
    pub limiter: Limiter,
    /// From prompts to the leg's own rate.
    pub play_converter: Converters,
    pub shield: Option<Box<Shield>>,
}

impl Renewal {
    #[must_use]
    pub(crate) fn new(spec: Box<LegSpec>, reserve: &mut Reserve) -> Self {
        let parts = Parts::new(&spec, reserve);
        Self { spec, parts }
    }
}

impl Parts {
    pub fn new(spec: &LegSpec, reserve: &mut Reserve) -> Self {
        let egress = Egress::new(spec, reserve);
        Self {
            ingress: Ingress::new(spec, reserve),
            limiter: Limiter::new(egress.rate().hz()),
            shield: Shield::of(spec),
            egress,
            play_converter: Converters::from_rate(SampleRate::Hz16000),
        }
    }
}

//! What all hear who hear a binaural stage in two channels and are not heard themselves, encoded
//! once for all of them; sends nothing.

use conclave_audio::{Frame, SampleRate, StereoEncoder};
use conclave_mixer::{Limiter, Mix};

use crate::leg::Payloads;

/// One stream for many. Allocates in [`Ring::new`] and never again.
pub(crate) struct Ring {
    encoder: StereoEncoder,
    limiters: [Limiter; 2],
    ears: [Frame; 2],
    /// Somebody heard it in the tick before.
    is_running: bool,
}

impl Ring {
    pub fn new() -> Self {
        Self {
            encoder: StereoEncoder::new(None),
            limiters: [(); 2].map(|()| Limiter::new(SampleRate::Hz48000.hz())),
            ears: [(); 2].map(|()| Frame::silent(SampleRate::Hz48000)),
            is_running: false,
        }
    }

    /// Nobody will follow it in this tick.
    pub fn rest(&mut self) {
        self.is_running = false;
    }

    /// The packet of this tick; `limiter` is that of the mix that all others hear.
    pub fn turn(
        &mut self,
        spatial: &[Mix; 2],
        announced: &Frame,
        limiter: &Limiter,
        payloads: &mut Payloads,
    ) {
        if !self.is_running {
            self.is_running = true;
            self.encoder.begin();
            for own in &mut self.limiters {
                own.continue_from(limiter);
            }
        }
        for (ear, mix) in self.ears.iter_mut().zip(spatial) {
            mix.all(ear.samples_mut());
            ear.add(announced);
        }
        let [left, right] = &mut self.ears;
        Limiter::process_pair(&mut self.limiters, left.samples_mut(), right.samples_mut());
        payloads.clear();
        if let Some(out) = payloads.next_payload() {
            let [left, right] = &self.ears;
            // Cannot fail: 20 ms, and the largest buffer there is.
            let encoded = self.encoder.encode(left.samples(), right.samples(), out);
            payloads.finish_payload(encoded.unwrap_or(0));
        }
    }

    pub const fn encoder(&self) -> &StereoEncoder {
        &self.encoder
    }

    pub const fn limiters(&self) -> &[Limiter; 2] {
        &self.limiters
    }
}

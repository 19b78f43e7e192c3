//! How much of one frequency is in a sound, for whoever must prove who heard whom.

/// The amplitude of the sine at `hz` in `samples` (a full-scale sine gives 1.0).
///
/// Exact when `samples` holds whole periods; otherwise neighbours leak in as of a square window.
#[must_use]
pub fn amplitude_at(samples: &[f32], rate_hz: u32, hz: f32) -> f32 {
    let turn = f64::from(hz) * std::f64::consts::TAU / f64::from(rate_hz);
    let (step_sin, step_cos) = turn.sin_cos();
    let (mut sin, mut cos) = (0.0_f64, 1.0_f64);
    let (mut re, mut im) = (0.0_f64, 0.0_f64);
    for sample in samples {
        re += f64::from(*sample) * cos;
        im -= f64::from(*sample) * sin;
        // A turn further: exact to the twelfth digit over a million samples.
        (sin, cos) = (
            sin * step_cos + cos * step_sin,
            cos * step_cos - sin * step_sin,
        );
    }
    (2.0 * re.hypot(im) / samples.len().max(1) as f64) as f32
}

//! Whoever is in a room hears everybody else in it who may be heard, and never itself.

use super::silence_for;
use crate::night::Night;

pub fn judge(night: &mut Night) -> Result<(), String> {
    for listener in night.present().into_iter().filter(|actor| !actor.is_held()) {
        let audible = night.audible_to(&listener);
        let silence = silence_for(night, &listener);
        let handset = &night.phone(&listener).handset;
        let ear = &handset.ear;
        for speaker in audible {
            let pitch_hz = speaker.voice.pitch_hz;
            let other_ear = handset.other_ear.as_ref();
            let heard = other_ear.map_or(0.0, |ear| ear.loudest(pitch_hz, LISTEN_S));
            let heard = heard.max(ear.loudest(pitch_hz, LISTEN_S));
            if heard < AUDIBLE {
                return Err(format!(
                    "{listener} does not hear {} ({heard:.4})",
                    speaker.name
                ));
            }
        }
        let own = ear.loudest_undamaged(listener.voice.pitch_hz, LISTEN_S);
        if own > silence {
            return Err(format!("{listener} hears itself ({own:.4})"));
        }
    }
    Ok(())
}

/// Two bursts and the pause between fit, so that a talker is never missed.
const LISTEN_S: f32 = 1.5;
/// Half of what is spoken: a limiter may bend a room full of talkers.
const AUDIBLE: f32 = 0.08;

//! Nobody hears a muted participant, a phone that holds the call, or anybody of another room.

use super::silence_for;
use crate::night::Night;

pub fn judge(night: &mut Night) -> Result<(), String> {
    for listener in night.present() {
        let inaudible = night.inaudible_to(&listener);
        let silence = silence_for(night, &listener);
        let ear = &night.phone(&listener).handset.ear;
        for silent in inaudible {
            let heard = ear.loudest_undamaged(silent.voice.pitch_hz, 1.5);
            if heard > silence {
                return Err(format!("{listener} hears {} ({heard:.4})", silent.name));
            }
        }
    }
    Ok(())
}

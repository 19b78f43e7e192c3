//! One press of a key is one digit: the mute that `*6` toggles is where it should be.

use crate::night::Night;

pub fn judge(night: &mut Night) -> Result<(), String> {
    for actor in night.present() {
        let muted = night.is_listed_muted(&actor)?;
        if muted != actor.is_muted() {
            return Err(format!(
                "{actor} should be muted: {}, but is: {muted}",
                actor.is_muted()
            ));
        }
    }
    Ok(())
}

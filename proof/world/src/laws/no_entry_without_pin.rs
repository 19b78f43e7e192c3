//! Nobody is in a room who did not type its PIN, or whom the room does not know.

use crate::night::Night;

pub fn judge(night: &mut Night) -> Result<(), String> {
    for room in night.rooms() {
        let mut expected = night.numbers_in(&room);
        let mut listed = night.listed_in(&room)?;
        expected.sort();
        listed.sort();
        if expected != listed {
            return Err(format!(
                "in {room} should be {expected:?}, but are {listed:?}"
            ));
        }
    }
    Ok(())
}

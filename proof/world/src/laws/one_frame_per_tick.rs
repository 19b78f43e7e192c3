//! While a call is up its phone is sent one packet for every 20 ms, no more and no fewer.

use crate::night::Night;

pub fn judge(night: &mut Night) -> Result<(), String> {
    for (name, sent, ticks) in night.sent_since_last_judgement() {
        if sent.abs_diff(ticks) > 1 {
            return Err(format!("{name} was sent {sent} packets in {ticks} ticks"));
        }
    }
    Ok(())
}

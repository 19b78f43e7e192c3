//! Sequence number and timestamp of a stream go on without a jump, under one SSRC, come what may.

use crate::night::Night;

pub fn judge(night: &mut Night) -> Result<(), String> {
    for (leg, watch) in night.city.exchange().watches() {
        let jumps = watch.sequence_jumps + watch.timestamp_jumps + watch.ssrc_changes;
        if jumps > 0 {
            return Err(format!("{leg}: {watch:?}"));
        }
    }
    Ok(())
}

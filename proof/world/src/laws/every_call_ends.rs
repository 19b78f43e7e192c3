//! Every call that began is in the call log, once, with a reason that fits what happened.

use std::collections::BTreeSet;

use crate::night::Night;

pub fn judge(night: &mut Night) -> Result<(), String> {
    let log = &night.city.call_log;
    let ids: BTreeSet<_> = log.iter().map(|call| call.id).collect();
    if ids.len() != log.len() {
        return Err(format!("{} entries for {} calls", log.len(), ids.len()));
    }
    if log.len() != night.calls_placed() {
        return Err(format!(
            "{} calls were placed, {} are in the log",
            night.calls_placed(),
            log.len()
        ));
    }
    for call in log {
        if call.ended_at < call.started_at {
            return Err(format!("{} ended before it began", call.id));
        }
    }
    Ok(())
}

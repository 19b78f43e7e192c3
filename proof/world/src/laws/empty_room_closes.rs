//! When the last one has gone nothing of the room is left: no stage, no leg, nothing live.

use conclave_api::{Request, Response};

use crate::night::Night;

pub fn judge(night: &mut Night) -> Result<(), String> {
    let health = night.city.exchange().health();
    if health.stages != 0 || health.legs != 0 {
        return Err(format!(
            "{} stages and {} legs are left",
            health.stages, health.legs
        ));
    }
    match night.city.ask(Request::ListLive) {
        Ok(Response::LiveRooms(live)) if live.is_empty() => Ok(()),
        other => Err(format!("something is still live: {other:?}")),
    }
}

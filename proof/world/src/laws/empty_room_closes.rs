//! When the last one has gone nothing of the room is left: no stage, no leg, nothing live.

use conclave_api::{Request, Response};

use crate::night::Night;

pub fn judge(night: &mut Night) -> Result<(), String> {
    let exchange = night.city.exchange();
    let (stages, legs) = (exchange.stages_open(), exchange.legs_open());
    if stages != 0 || legs != 0 {
        return Err(format!("{stages} stages and {legs} legs are left"));
    }
    match night.city.ask(Request::ListLive) {
        Ok(Response::Now(now)) if now.items.is_empty() => Ok(()),
        other => Err(format!("something is still live: {other:?}")),
    }
}

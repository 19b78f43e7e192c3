//! No call that comes in makes the server call, ask or tell anybody outside of that call.

use crate::night::Night;

pub fn judge(night: &mut Night) -> Result<(), String> {
    let begun = &night.city.begun;
    if begun.is_empty() {
        Ok(())
    } else {
        Err(format!("the server began {begun:?}"))
    }
}

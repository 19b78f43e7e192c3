//! Every port that was taken is given back, once.

use crate::night::Night;

pub fn judge(night: &mut Night) -> Result<(), String> {
    let taken = night.city.exchange().ports_taken();
    if taken == 0 {
        Ok(())
    } else {
        Err(format!("{taken} ports are still taken"))
    }
}

//! Encrypted packets that were damaged or are of others; agrees on no key.

use conclave_model::{SrtpKey, SrtpSuite};
use conclave_srtp::{Inbound, UnprotectError};

/// The key of the corpus, and one of somebody else.
pub(super) const OWN: u8 = 0x5a;
const FOREIGN: u8 = 0xa5;

type Open = for<'p> fn(&mut Inbound, &'p mut [u8]) -> Result<&'p mut [u8], UnprotectError>;

pub(super) fn srtp(input: &[u8]) -> Result<(), String> {
    all_suites(input, |inbound, packet| inbound.unprotect_rtp(packet))
}

pub(super) fn srtcp(input: &[u8]) -> Result<(), String> {
    all_suites(input, |inbound, packet| inbound.unprotect_rtcp(packet))
}

fn all_suites(input: &[u8], open: Open) -> Result<(), String> {
    for suite in SrtpSuite::ALL {
        let mut inbound = Inbound::new(&key(suite, OWN)?);
        let mut packet = input.to_vec();
        match open(&mut inbound, &mut packet).map(|plain| plain.len()) {
            Ok(plain) if plain >= input.len() => {
                return Err(format!("{}: more came out than went in", suite.name()));
            }
            // What was opened once is not opened again.
            Ok(_) => {
                if open(&mut inbound, &mut input.to_vec()).is_ok() {
                    return Err(format!("{}: it opened twice", suite.name()));
                }
            }
            Err(_) if packet != input => {
                return Err(format!("{}: refused, and changed", suite.name()));
            }
            Err(_) => {}
        }
        let mut others = Inbound::new(&key(suite, FOREIGN)?);
        if open(&mut others, &mut input.to_vec()).is_ok() {
            return Err(format!("{}: another key opened it", suite.name()));
        }
    }
    Ok(())
}

pub(super) fn key(suite: SrtpSuite, byte: u8) -> Result<SrtpKey, String> {
    let bytes = vec![byte; suite.key_bytes() + suite.salt_bytes()];
    SrtpKey::new(suite, &bytes).map_err(|why| format!("{why:?}"))
}

//! Session descriptions: read, answered, and what we write read again; opens no port.

use std::net::IpAddr;

use conclave_sdp::{Author, Capabilities, Offer, answer, read_answer};

pub(super) fn description(input: &[u8]) -> Result<(), String> {
    let us = IpAddr::from([192, 0, 2, 1]);
    let ours = Author::new(1, us, 4_000).offer(&Capabilities::default(), None);
    let _ = read_answer(&ours, input);
    let Ok(offer) = Offer::parse(input) else {
        return Ok(());
    };
    let Ok(agreed) = answer(&offer, &Capabilities::default()) else {
        return Ok(());
    };
    let mut author = Author::new(2, us, 5_000);
    let written = author.answer(&agreed);
    if let Err(why) = Offer::parse(&written) {
        let text = String::from_utf8_lossy(&written);
        return Err(format!("our answer cannot be read: {why}: {text}"));
    }
    let again = author.offer(&Capabilities::default(), Some(&agreed));
    match Offer::parse(&again) {
        Ok(_) => Ok(()),
        Err(why) => Err(format!("our next offer cannot be read: {why}")),
    }
}

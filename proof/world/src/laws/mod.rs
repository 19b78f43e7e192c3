//! The laws of the city, one file each; a night is judged by all of them.

mod digit_counts_once;
mod empty_room_closes;
mod every_call_ends;
mod hears_all_but_self;
mod muted_is_silent;
mod no_entry_without_pin;
mod no_port_left_behind;
mod nothing_goes_out;
mod one_frame_per_tick;
mod rtp_never_jumps;

use conclave_model::Codec;

use crate::night::{Actor, Night};

/// How a law was broken, in words that name phones and figures.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Broken {
    pub law: &'static str,
    pub how: String,
}

/// `Err`: how it was broken.
pub type Law = fn(&mut Night) -> Result<(), String>;

/// What a codec may leave of a pitch that nobody speaks; a voice that leaks is heard at 0.25.
fn silence_for(night: &Night, listener: &Actor) -> f32 {
    let speaks_opus = |actor: &Actor| actor.codec == Codec::Opus;
    if speaks_opus(listener) || night.audible_to(listener).iter().any(speaks_opus) {
        SILENCE_THROUGH_OPUS
    } else {
        SILENCE
    }
}

/// 34 dB below full scale: what narrow codecs and the edges of bursts smear.
const SILENCE: f32 = 0.02;
/// SILK models a voice: it puts noise between several sines, most where a packet was lost.
const SILENCE_THROUGH_OPUS: f32 = 0.06;

/// Judged whenever the city has come to rest and people are talking.
pub const BY_DAY: [(&str, Law); 5] = [
    ("hears_all_but_self", hears_all_but_self::judge),
    ("muted_is_silent", muted_is_silent::judge),
    ("one_frame_per_tick", one_frame_per_tick::judge),
    ("no_entry_without_pin", no_entry_without_pin::judge),
    ("digit_counts_once", digit_counts_once::judge),
];

/// Judged when everybody has gone home.
pub const AT_DAWN: [(&str, Law); 5] = [
    ("rtp_never_jumps", rtp_never_jumps::judge),
    ("empty_room_closes", empty_room_closes::judge),
    ("no_port_left_behind", no_port_left_behind::judge),
    ("every_call_ends", every_call_ends::judge),
    ("nothing_goes_out", nothing_goes_out::judge),
];

//! Keys that others pressed, on their way to one leg as telephone events (RFC 4733); makes no tone.

use std::time::Duration;

use conclave_contract::{Keypad, LegSpec};
use conclave_model::{Digit, limits};
use conclave_rtp::{EventPacket, EventSender};

pub(crate) struct Dialler {
    format: Option<Keypad>,
    sender: EventSender,
    waiting: [Option<Digit>; limits::DIGITS_WAITING],
    is_busy: bool,
    /// So many ticks more before the next key.
    pause: u32,
}

impl Dialler {
    pub fn new(spec: &LegSpec) -> Self {
        let format = format_of(spec);
        Self {
            format,
            sender: EventSender::new(format.map_or(0, |format| format.clock_rate_hz)),
            waiting: [None; limits::DIGITS_WAITING],
            is_busy: false,
            pause: 0,
        }
    }

    /// Queues a key; one too many is lost, and each where the peer takes no events.
    pub fn press(&mut self, digit: Digit) {
        if self.format.is_none() {
            return;
        }
        if let Some(place) = self.waiting.iter_mut().find(|place| place.is_none()) {
            *place = Some(digit);
            self.is_busy = true;
        }
    }

    /// Whether there is anything to do in a tick; nearly always there is not.
    pub const fn is_busy(&self) -> bool {
        self.is_busy
    }

    /// The packet of this tick and its payload type. A press begins at `timestamp`, that of the
    /// next packet of sound: both have one clock, and sound goes on beside it.
    pub fn next_packet(&mut self, timestamp: u32) -> Option<(u8, EventPacket)> {
        let format = self.format?;
        if !self.sender.is_pressing() {
            if self.pause > 0 {
                self.pause -= 1;
                return None;
            }
            let Some(digit) = self.waiting[0].take() else {
                self.is_busy = false;
                return None;
            };
            self.waiting.rotate_left(1);
            self.sender.press(digit, timestamp, PRESS);
            self.pause = PAUSE_TICKS;
        }
        let packet = self.sender.next_packet()?;
        Some((format.payload_type, packet))
    }

    /// Nothing may be sent: what waits would come too late.
    pub fn forget(&mut self) {
        if self.is_busy {
            self.is_busy = false;
            self.waiting = [None; limits::DIGITS_WAITING];
            self.sender = EventSender::new(self.format.map_or(0, |format| format.clock_rate_hz));
        }
    }
}

/// Events on the clock of the sound (RFC 4733 §2.1); where a phone agreed on others alone, those.
fn format_of(spec: &LegSpec) -> Option<Keypad> {
    let clock_rate_hz = spec.send.codec.clock_rate_hz();
    let mut formats = spec.keypad.iter();
    let fitting = formats.find(|format| format.clock_rate_hz == clock_rate_hz);
    fitting.or(spec.keypad.first()).copied()
}

/// A key held for so long is known by whatever listens for it (40 ms are the least).
const PRESS: Duration = Duration::from_millis(100);
/// And two of them are two.
const PAUSE_TICKS: u32 = 60 / limits::FRAME_MS;

//! Every way a leg reports keys in its media, each press counted once; keeps no digit it reported
//! longer than it takes to know the next report for the same.

use std::time::Duration;

use conclave_audio::{InbandDtmf, SampleRate};
use conclave_contract::{DigitSource, Keypad as Format};
use conclave_model::{Digit, Moment, limits};
use conclave_rtp::{EventReceiver, RtpPacket};

/// In memory in this order: see [`super::Leg`].
#[repr(C)]
pub(crate) struct KeypadInput {
    formats: Vec<Format>,
    /// Others hear nothing of this leg before then.
    hushed_until: Option<Moment>,
    event_seen: bool,
    /// One for each rate that the leg's voice may have.
    tones: Vec<(SampleRate, InbandDtmf)>,
    last: Option<Press>,
    events: EventReceiver,
}

struct Press {
    digit: Digit,
    source: DigitSource,
    at: Moment,
}

impl KeypadInput {
    pub fn new(formats: &[Format], rates: impl Iterator<Item = SampleRate>) -> Self {
        let mut tones: Vec<(SampleRate, InbandDtmf)> = Vec::new();
        for rate in rates {
            if tones.iter().all(|(known, _)| *known != rate) {
                tones.push((rate, InbandDtmf::new(rate)));
            }
        }
        Self {
            formats: formats.to_vec(),
            events: EventReceiver::new(),
            event_seen: false,
            tones,
            last: None,
            hushed_until: None,
        }
    }

    /// What was agreed anew.
    pub fn replace_formats(&mut self, other: &mut KeypadInput) {
        std::mem::swap(&mut self.formats, &mut other.formats);
        std::mem::swap(&mut self.tones, &mut other.tones);
    }

    /// The clock of the payload type, if it is one of telephone events.
    pub fn clock_rate_hz(&self, payload_type: u8) -> Option<u32> {
        let mut formats = self.formats.iter();
        let format = formats.find(|format| format.payload_type == payload_type)?;
        Some(format.clock_rate_hz)
    }

    /// Whether the sound must be searched for tones: always when no events were agreed; when they
    /// were but none came, only off stage, where speech is rarely taken for a key and a room's
    /// worth of it is not decoded for nothing.
    pub fn wants_sound(&self, is_on_stage: bool) -> bool {
        if self.formats.is_empty() {
            true
        } else {
            !self.event_seen && !is_on_stage
        }
    }

    /// A packet of telephone events.
    pub fn event(
        &mut self,
        now: Moment,
        packet: &RtpPacket<'_>,
        clock_rate_hz: u32,
    ) -> Option<Digit> {
        self.event_seen = true;
        self.hushed_until = Some(now + EVENT_HUSH);
        let digit = self.events.receive(now, packet, clock_rate_hz)?;
        self.count(now, digit, DigitSource::TelephoneEvent)
    }

    /// 20 ms of sound.
    pub fn sound(&mut self, now: Moment, rate: SampleRate, samples: &[f32]) -> Option<Digit> {
        let mut tones = self.tones.iter_mut();
        let (_, tones) = tones.find(|(known, _)| *known == rate)?;
        let digit = tones.push(samples)?;
        self.hushed_until = Some(now + TONE_HUSH);
        self.count(now, digit, DigitSource::InBand)
    }

    /// Whether a key is down, so that nobody else may hear this leg.
    pub fn is_hushed(&self, now: Moment) -> bool {
        self.hushed_until.is_some_and(|until| now < until)
    }

    /// The same key by another way within `limits::DIGIT_MERGE` is the same press.
    fn count(&mut self, now: Moment, digit: Digit, source: DigitSource) -> Option<Digit> {
        let is_echo = self.last.as_ref().is_some_and(|last| {
            last.digit == digit
                && last.source != source
                && now.is_within(limits::DIGIT_MERGE, last.at)
        });
        if is_echo {
            self.last = None;
            return None;
        }
        self.last = Some(Press {
            digit,
            source,
            at: now,
        });
        Some(digit)
    }
}

/// Event packets come every 20 to 50 ms; the tone that some phones send beside them ends later.
const EVENT_HUSH: Duration = Duration::from_millis(100);
/// A pressed key sounds for 80 to 200 ms, of which 40 have passed when it is recognised.
const TONE_HUSH: Duration = Duration::from_millis(160);

//! One leg's share of a station: fading in and out; makes no music.

use conclave_audio::{Gain, SampleRate};
use conclave_model::limits;

#[derive(Default)]
pub(crate) struct MusicFeed {
    now: Option<Tuned>,
    next: Option<usize>,
}

struct Tuned {
    station: usize,
    gain: Gain,
    is_leaving: bool,
}

impl MusicFeed {
    /// Changes to another station, or to none. What is heard now fades out first.
    pub fn tune(&mut self, station: Option<usize>, rate: SampleRate) {
        self.next = None;
        match (&mut self.now, station) {
            (None, Some(station)) => self.now = Some(Tuned::fading_in(station, rate)),
            (Some(now), Some(station)) if now.station == station => now.turn_up(rate),
            (Some(now), next) => {
                now.turn_down(rate);
                self.next = next;
            }
            (None, None) => {}
        }
    }

    /// Once a tick: goes over to the next station when the last has faded out.
    /// Says which station was left and which is new.
    pub fn advance(&mut self, rate: SampleRate) -> (Option<usize>, Option<usize>) {
        let is_over = |now: &Tuned| now.is_leaving && now.gain.is_silent();
        if !self.now.as_ref().is_some_and(is_over) {
            return (None, None);
        }
        let left = self.now.take().map(|now| now.station);
        let next = self.next.take();
        self.now = next.map(|station| Tuned::fading_in(station, rate));
        (left, next)
    }

    pub fn station(&self) -> Option<usize> {
        self.now.as_ref().map(|now| now.station)
    }

    /// Stations that this leg is counted a listener of, or will be.
    pub const fn next_station(&self) -> Option<usize> {
        self.next
    }

    /// At full volume: it sounds as it does to every other listener of the station.
    pub fn is_plain(&self) -> bool {
        self.now
            .as_ref()
            .is_some_and(|now| now.gain.is_steady() && !now.is_leaving)
    }

    pub fn gain_mut(&mut self) -> Option<&mut Gain> {
        self.now.as_mut().map(|now| &mut now.gain)
    }
}

impl Tuned {
    fn fading_in(station: usize, rate: SampleRate) -> Self {
        let mut tuned = Self {
            station,
            gain: Gain::new(0.0),
            is_leaving: false,
        };
        tuned.turn_up(rate);
        tuned
    }

    fn turn_up(&mut self, rate: SampleRate) {
        self.is_leaving = false;
        let samples = limits::MUSIC_FADE_IN.as_millis() as usize * samples_per_ms(rate);
        self.gain.ramp_to(1.0, samples);
    }

    fn turn_down(&mut self, rate: SampleRate) {
        self.is_leaving = true;
        let samples = limits::MUSIC_FADE_OUT.as_millis() as usize * samples_per_ms(rate);
        // One tick less: the order itself waits for a tick.
        self.gain
            .ramp_to(0.0, samples.saturating_sub(rate.frame_samples()));
    }
}

fn samples_per_ms(rate: SampleRate) -> usize {
    rate.samples_in_ms(1)
}

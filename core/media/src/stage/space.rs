//! Where each voice of a stage is heard from, by those who hear in two channels; encodes nothing.

use conclave_audio::SpatialVoice;
use conclave_mixer::Mix;
use conclave_model::{LegId, limits};

use super::ring::Ring;

/// The places of a binaural stage. Allocates in [`Space::new`] and never again.
pub struct Space {
    seats: Vec<Seat>,
    /// How many have each of [`PLACES_DEG`].
    taken: [u32; PLACES_DEG.len()],
    rendered: [Option<Rendered>; limits::TALKERS],
    tick: u64,
    pub(super) ring: Ring,
}

/// Whoever has spoken keeps a place until they leave.
struct Seat {
    leg: LegId,
    place: usize,
    /// The tick.
    heard_at: u64,
}

/// Who is in the mix now.
struct Rendered {
    leg: LegId,
    voice: SpatialVoice,
    heard_at: u64,
}

/// In the order in which they are given away: two, three, five or nine are spread evenly.
const PLACES_DEG: [i16; 9] = [-40, 40, 0, -80, 80, -20, 20, -60, 60];

impl Space {
    #[must_use]
    pub fn new() -> Self {
        Self {
            seats: Vec::with_capacity(limits::SEATS),
            taken: [0; PLACES_DEG.len()],
            rendered: std::array::from_fn(|_| None),
            tick: 0,
            ring: Ring::new(),
        }
    }

    /// Makes the two mixes of one tick from the one without places. `legs` are its talkers.
    pub(crate) fn render(
        &mut self,
        mix: &Mix,
        legs: impl Iterator<Item = LegId>,
        ears: &mut [Mix; 2],
    ) {
        self.tick += 1;
        let [left, right] = ears;
        left.clear();
        right.clear();
        for ((slot, frame), leg) in mix.talkers().zip(legs) {
            let voice = self.voice_of(leg);
            if let (Some(left), Some(right), Some(voice)) =
                (left.talker(slot), right.talker(slot), voice)
            {
                voice.process(frame, left, right);
            }
        }
        for place in &mut self.rendered {
            let tick = self.tick;
            place.take_if(|rendered| rendered.heard_at != tick);
        }
    }

    /// Somebody left: the place is free.
    pub(crate) fn forget(&mut self, leg: LegId) {
        if let Some(at) = self.seats.iter().position(|seat| seat.leg == leg) {
            let seat = self.seats.swap_remove(at);
            self.taken[seat.place] -= 1;
        }
    }

    /// There are as many as there are talkers.
    fn voice_of(&mut self, leg: LegId) -> Option<&mut SpatialVoice> {
        let place = self.place_of(leg);
        let mut rendered = self.rendered.iter();
        let known = rendered.position(|it| it.as_ref().is_some_and(|it| it.leg == leg));
        let tick = self.tick;
        let is_free = |it: &Option<Rendered>| it.as_ref().is_none_or(|it| it.heard_at + 1 < tick);
        let at = known.or_else(|| self.rendered.iter().position(is_free))?;
        let rendered = &mut self.rendered[at];
        if known.is_none() {
            *rendered = None;
        }
        let rendered = rendered.get_or_insert_with(|| Rendered {
            leg,
            voice: SpatialVoice::at(PLACES_DEG[place]),
            heard_at: tick,
        });
        rendered.heard_at = tick;
        Some(&mut rendered.voice)
    }

    fn place_of(&mut self, leg: LegId) -> usize {
        let tick = self.tick;
        if let Some(seat) = self.seats.iter_mut().find(|seat| seat.leg == leg) {
            seat.heard_at = tick;
            return seat.place;
        }
        if self.seats.len() == self.seats.capacity()
            && let Some(silent) = self.seats.iter().min_by_key(|seat| seat.heard_at)
        {
            self.forget(silent.leg);
        }
        let places = 0..PLACES_DEG.len();
        let place = places.min_by_key(|place| self.taken[*place]).unwrap_or(0);
        self.taken[place] += 1;
        let heard_at = tick;
        self.seats.push(Seat {
            leg,
            place,
            heard_at,
        });
        place
    }
}

impl Default for Space {
    fn default() -> Self {
        Self::new()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_is_kept_until_its_owner_leaves_and_the_emptiest_is_given_next() {
        let mut space = Space::new();
        let place = |space: &mut Space, leg| PLACES_DEG[space.place_of(LegId(leg))];
        let given: Vec<i16> = (0..9).map(|leg| place(&mut space, leg)).collect();
        assert_eq!(given, PLACES_DEG);
        assert_eq!(place(&mut space, 9), -40, "a second one there");
        assert_eq!(place(&mut space, 4), 80);
        space.forget(LegId(4));
        assert_eq!(place(&mut space, 20), 80);
    }

    #[test]
    fn it_remembers_so_many_and_forgets_the_longest_silent() {
        let mut space = Space::new();
        for leg in 0..3 * limits::SEATS as u32 {
            space.tick += 1;
            space.place_of(LegId(0));
            space.place_of(LegId(leg));
        }
        assert_eq!(space.seats.len(), limits::SEATS);
        assert!(space.seats.iter().any(|seat| seat.leg == LegId(0)));
        let taken: u32 = space.taken.iter().sum();
        assert_eq!(taken as usize, limits::SEATS);
    }
}

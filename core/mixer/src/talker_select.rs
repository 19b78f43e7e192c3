//! Which legs of a stage count as talkers this tick; sees levels, never sound.

use conclave_model::limits;

/// A place on a stage: the index a stage gives to a leg.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Slot(pub u32);

/// Chooses at most [`limits::TALKERS`], with hysteresis so that nobody flaps in and out.
///
/// Each tick: [`TalkerSelect::begin`], [`TalkerSelect::heard`] for each leg that may be a talker,
/// [`TalkerSelect::choose`]. A leg that is not reported is quiet. Nothing is kept about a leg that
/// was not chosen, so the size of the stage does not matter.
///
/// While there is room, whoever is audible is in on the same tick, so that no onset is cut; whoever
/// is in stays until no longer audible, and can be replaced by somebody louder only when all places
/// are taken, by a clear margin, and not in the middle of the first word.
#[derive(Clone, Debug)]
pub struct TalkerSelect {
    talkers_max: usize,
    talkers: Ranking,
    challengers: Ranking,
    chosen: [Slot; limits::TALKERS],
    chosen_count: usize,
}

/// How much louder somebody must be to take a place: about twice as loud to the ear is 10 dB, and
/// syllables of one voice differ by 6.
const MARGIN_DB: f32 = 6.0;
/// Nobody who came in less than this many ticks ago is replaced: 300 ms, a word.
const TENURE_TICKS: u32 = 15;
/// A talker counts as loud as their last peak, which fades by 15 dB a second: a challenger in the
/// middle of a vowel must not beat somebody who is between two.
const PEAK_FADE_DB: f32 = 0.3;

impl TalkerSelect {
    #[must_use]
    pub fn new() -> Self {
        Self {
            talkers_max: limits::TALKERS,
            talkers: Ranking::default(),
            challengers: Ranking::default(),
            chosen: [Slot(0); limits::TALKERS],
            chosen_count: 0,
        }
    }

    /// From now on at most this many, which is at most [`limits::TALKERS`]. Whoever is in stays in
    /// until no longer audible, so that nobody is cut off in a word.
    pub fn limit_to(&mut self, talkers_max: usize) {
        self.talkers_max = talkers_max.min(limits::TALKERS);
    }

    /// Begins a tick.
    pub fn begin(&mut self) {
        self.challengers.clear();
        for talker in self.talkers.all_mut() {
            talker.is_audible = false;
        }
    }

    /// Reports the level (dBov) of one leg and whether its speech detector lets it through.
    pub fn heard(&mut self, slot: Slot, dbov: f32, is_audible: bool) {
        if !is_audible {
            return;
        }
        match self.talkers.find(slot) {
            Some(talker) => {
                talker.is_audible = true;
                talker.dbov = dbov.max(talker.dbov - PEAK_FADE_DB);
                talker.ticks = talker.ticks.saturating_add(1);
            }
            None => self.challengers.insert_by_level(Talker {
                slot,
                dbov,
                ticks: 1,
                is_audible: true,
            }),
        }
    }

    /// The talkers of this tick, in the order of their slots.
    pub fn choose(&mut self) -> &[Slot] {
        self.talkers.keep_audible();
        for challenger in self.challengers.all() {
            if self.talkers.count < self.talkers_max {
                self.talkers.push(*challenger);
            } else {
                self.talkers.replace_weakest(*challenger);
            }
        }
        let count = self.talkers.count;
        for (slot, talker) in self.chosen.iter_mut().zip(self.talkers.all()) {
            *slot = talker.slot;
        }
        self.chosen[..count].sort_unstable();
        self.chosen_count = count;
        self.chosen()
    }

    /// What [`TalkerSelect::choose`] said last.
    #[must_use]
    pub fn chosen(&self) -> &[Slot] {
        &self.chosen[..self.chosen_count]
    }

    /// Whether this leg is among the talkers chosen last.
    #[must_use]
    pub fn is_talker(&self, slot: Slot) -> bool {
        self.talkers.all().iter().any(|talker| talker.slot == slot)
    }

    /// Forgets a leg that left the stage or was muted: its slot may be given to another.
    pub fn forget(&mut self, slot: Slot) {
        self.talkers.remove(slot);
        self.challengers.remove(slot);
    }
}

impl Default for TalkerSelect {
    fn default() -> Self {
        Self::new()
    }
}

#[derive(Clone, Copy, Debug)]
struct Talker {
    slot: Slot,
    dbov: f32,
    ticks: u32,
    is_audible: bool,
}

/// A list of fixed size.
#[derive(Clone, Debug)]
struct Ranking {
    entries: [Talker; limits::TALKERS],
    count: usize,
}

impl Default for Ranking {
    fn default() -> Self {
        let nobody = Talker {
            slot: Slot(0),
            dbov: 0.0,
            ticks: 0,
            is_audible: false,
        };
        Self {
            entries: [nobody; limits::TALKERS],
            count: 0,
        }
    }
}

impl Ranking {
    fn all(&self) -> &[Talker] {
        &self.entries[..self.count]
    }

    fn all_mut(&mut self) -> &mut [Talker] {
        &mut self.entries[..self.count]
    }

    fn clear(&mut self) {
        self.count = 0;
    }

    fn find(&mut self, slot: Slot) -> Option<&mut Talker> {
        self.all_mut().iter_mut().find(|talker| talker.slot == slot)
    }

    fn push(&mut self, talker: Talker) {
        if let Some(place) = self.entries.get_mut(self.count) {
            *place = talker;
            self.count += 1;
        }
    }

    /// Keeps the loudest, loudest first; equals in the order of their slots.
    fn insert_by_level(&mut self, talker: Talker) {
        let is_before = |other: &Talker| {
            other.dbov > talker.dbov || (other.dbov == talker.dbov && other.slot < talker.slot)
        };
        let at = self
            .all()
            .iter()
            .take_while(|other| is_before(other))
            .count();
        if at == limits::TALKERS {
            return;
        }
        self.count = (self.count + 1).min(limits::TALKERS);
        self.entries[at..self.count].rotate_right(1);
        self.entries[at] = talker;
    }

    fn keep_audible(&mut self) {
        let mut kept = 0;
        for index in 0..self.count {
            if self.entries[index].is_audible {
                self.entries[kept] = self.entries[index];
                kept += 1;
            }
        }
        self.count = kept;
    }

    fn remove(&mut self, slot: Slot) {
        if let Some(at) = self.all().iter().position(|talker| talker.slot == slot) {
            self.entries[at..self.count].rotate_left(1);
            self.count -= 1;
        }
    }

    fn replace_weakest(&mut self, challenger: Talker) {
        let settled = self.all_mut().iter_mut();
        let weakest = settled
            .filter(|talker| talker.ticks >= TENURE_TICKS)
            .min_by(|one, other| one.dbov.total_cmp(&other.dbov));
        if let Some(weakest) = weakest
            && challenger.dbov >= weakest.dbov + MARGIN_DB
        {
            *weakest = challenger;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tick(select: &mut TalkerSelect, levels: &[(u32, f32)]) -> Vec<u32> {
        select.begin();
        for (slot, dbov) in levels {
            select.heard(Slot(*slot), *dbov, true);
        }
        select.choose().iter().map(|slot| slot.0).collect()
    }

    fn crowd(dbov: f32) -> Vec<(u32, f32)> {
        (0..limits::TALKERS as u32)
            .map(|slot| (slot, dbov))
            .collect()
    }

    #[test]
    fn while_there_is_room_the_first_audible_frame_is_in() {
        let mut select = TalkerSelect::new();
        assert_eq!(tick(&mut select, &[(5, -50.0)]), [5]);
        assert_eq!(tick(&mut select, &[(5, -20.0), (2, -53.0)]), [2, 5]);
    }

    #[test]
    fn who_is_no_longer_audible_is_out() {
        let mut select = TalkerSelect::new();
        tick(&mut select, &[(5, -50.0), (6, -30.0)]);
        assert_eq!(tick(&mut select, &[(6, -30.0)]), [6]);
        select.begin();
        select.heard(Slot(6), -30.0, false);
        assert!(select.choose().is_empty());
    }

    #[test]
    fn of_too_many_at_once_the_loudest_are_heard() {
        let mut select = TalkerSelect::new();
        let levels: Vec<_> = (0..20).map(|slot| (slot, -60.0 + slot as f32)).collect();
        let expected: Vec<_> = (20 - limits::TALKERS as u32..20).collect();
        assert_eq!(tick(&mut select, &levels), expected);
    }

    #[test]
    fn a_little_louder_takes_no_place() {
        let mut select = TalkerSelect::new();
        let mut levels = crowd(-30.0);
        for _ in 0..20 {
            tick(&mut select, &levels);
        }
        levels.push((90, -26.0));
        for _ in 0..100 {
            assert!(!tick(&mut select, &levels).contains(&90));
        }
    }

    #[test]
    fn much_louder_takes_the_place_of_the_quietest_but_never_within_the_first_word() {
        let mut select = TalkerSelect::new();
        let mut levels = crowd(-30.0);
        levels[3].1 = -36.0;
        levels.push((90, -20.0));
        let arrival = (1..100).find(|_| tick(&mut select, &levels).contains(&90));
        // The loud one was among the first loudest: let it in at once, 3 stays out.
        assert_eq!(arrival, Some(1));
        assert!(!select.is_talker(Slot(3)));

        let mut select = TalkerSelect::new();
        tick(&mut select, &levels[..limits::TALKERS]);
        let arrival = (2..100).find(|_| tick(&mut select, &levels).contains(&90));
        assert_eq!(arrival, Some(TENURE_TICKS));
        assert!(!select.is_talker(Slot(3)));
    }

    #[test]
    fn syllables_do_not_make_anybody_flap() {
        // Sixteen voices, each with syllables 12 dB deep at its own rhythm: changes are rare.
        let mut select = TalkerSelect::new();
        let mut last = Vec::new();
        let mut changes = 0;
        for now in 0..3_000_u32 {
            let level = |slot: u32| {
                let phase = now as f32 * 0.25 + slot as f32;
                -30.0 + 6.0 * (phase * (1.0 + slot as f32 * 0.03)).sin()
            };
            let levels: Vec<_> = (0..16).map(|slot| (slot, level(slot))).collect();
            let chosen = tick(&mut select, &levels);
            changes += usize::from(chosen != last);
            last = chosen;
        }
        // A minute of sixteen people all shouting at once.
        assert!(changes < 120, "{changes}");
    }

    #[test]
    fn a_lower_limit_cuts_nobody_off_and_a_higher_one_lets_the_next_in_at_once() {
        let mut select = TalkerSelect::new();
        let five: Vec<_> = (0..5).map(|slot| (slot, -30.0)).collect();
        tick(&mut select, &five);
        select.limit_to(3);
        for _ in 0..100 {
            assert_eq!(
                tick(&mut select, &five),
                [0, 1, 2, 3, 4],
                "they are speaking"
            );
        }
        // Two fall silent, the fifth and a newcomer speak: there is no place for the newcomer.
        let levels = [(0, -30.0), (1, -30.0), (4, -30.0), (9, -30.0)];
        assert_eq!(tick(&mut select, &levels), [0, 1, 4]);
        // But one who is much louder is heard all the same.
        let loud = [(0, -30.0), (1, -31.0), (4, -30.0), (9, -20.0)];
        assert_eq!(tick(&mut select, &loud), [0, 4, 9]);
        select.limit_to(limits::TALKERS);
        assert_eq!(tick(&mut select, &loud), [0, 1, 4, 9]);
    }

    #[test]
    fn a_slot_given_to_another_starts_anew() {
        let mut select = TalkerSelect::new();
        tick(&mut select, &[(5, -50.0)]);
        select.forget(Slot(5));
        assert!(!select.is_talker(Slot(5)));
        assert!(select.talkers.all().is_empty());
    }
}

//! A room beside a small model of it that keeps lists and follows each event by itself: whoever
//! comes, goes, presses, moderates or waits, in whatever order, both agree on who is where.

mod hall;

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

use conclave_model::confbridge::{Menu, UserProfile};
use conclave_model::{CallEnd, CallId, Language, ParticipantId, PlaylistName, RoomPatch, limits};
use conclave_room::{Menus, MutedBy, Phase, Room, RoomNews};
use hall::{Guest, Hall, PIN};
use proptest::prelude::*;

/// What a caller's profile says, as far as it moves anybody.
#[derive(Clone, Copy, Debug, Default)]
struct Kind {
    admin: bool,
    leads: bool,
    waits: bool,
    ends: bool,
    ends_any: bool,
    starts_muted: bool,
    quiet: bool,
    seconds: u32,
}

#[derive(Clone, Debug)]
enum Act {
    Come(Kind),
    HangUp(usize),
    Remove(usize),
    LetIn(usize),
    PressMute(usize),
    PressMuteAll(usize),
    LetAllSpeak,
    Mute(usize, bool),
    Talk(usize, bool),
    MoveAway(usize),
    Lock(bool),
    Seats(u32),
    Music(bool),
    Pass(u64),
    End,
}

fn a_kind() -> impl Strategy<Value = Kind> {
    let (rare, common) = (prop::bool::weighted(0.15), prop::bool::weighted(0.35));
    let seconds = prop_oneof![4 => Just(0_u32), 1 => 1_u32..120];
    let leading = (rare, common, common, rare, rare);
    let others = (rare, rare, seconds);
    (leading, others).prop_map(|(leading, others)| {
        let (admin, leads, waits, ends, ends_any) = leading;
        let (starts_muted, quiet, seconds) = others;
        Kind {
            admin,
            leads,
            waits,
            ends,
            ends_any,
            starts_muted,
            quiet,
            seconds,
        }
    })
}

fn an_act() -> impl Strategy<Value = Act> {
    let who = 0_usize..10;
    prop_oneof![
        12 => a_kind().prop_map(Act::Come),
        5 => who.clone().prop_map(Act::HangUp),
        2 => who.clone().prop_map(Act::Remove),
        2 => who.clone().prop_map(Act::LetIn),
        3 => who.clone().prop_map(Act::PressMute),
        3 => who.clone().prop_map(Act::PressMuteAll),
        1 => Just(Act::LetAllSpeak),
        2 => (who.clone(), any::<bool>()).prop_map(|(who, on)| Act::Mute(who, on)),
        2 => (who.clone(), any::<bool>()).prop_map(|(who, on)| Act::Talk(who, on)),
        1 => who.prop_map(Act::MoveAway),
        1 => prop::bool::weighted(0.3).prop_map(Act::Lock),
        1 => (0_u32..6).prop_map(Act::Seats),
        1 => any::<bool>().prop_map(Act::Music),
        4 => (1_u64..60_000).prop_map(Act::Pass),
        1 => Just(Act::End),
    ]
}

// The model ------------------------------------------------------------------------------------

#[derive(Clone, Copy, Debug)]
struct Person {
    guest: Guest,
    kind: Kind,
    since: Instant,
    let_in: bool,
    muted_by_self: bool,
    muted_by_moderator: bool,
    muted_at_start: bool,
    muted_by_rule: bool,
}

/// Two lists, and what each event does to them: written like the table of states that ConfBridge
/// has, not computed from who is there.
#[derive(Debug, Default)]
struct Model {
    active: Vec<Person>,
    waiting: Vec<Person>,
    dismissed: Vec<(CallId, CallEnd)>,
    locked: bool,
    all_muted: bool,
    seats: usize,
}

impl Model {
    fn leaders(&self) -> usize {
        self.active.iter().filter(|one| one.kind.leads).count()
    }

    fn takes(&self, kind: Kind) -> bool {
        let inside = self.active.len() + self.waiting.len();
        kind.admin || (!self.locked && (self.seats == 0 || inside < self.seats))
    }

    fn comes(&mut self, mut person: Person) {
        let kind = person.kind;
        person.muted_by_rule = self.all_muted && !kind.admin;
        if kind.leads {
            self.active.push(person);
            // The first leader releases whoever waits.
            self.active.append(&mut self.waiting);
        } else if kind.waits && self.leaders() == 0 {
            self.waiting.push(person);
        } else {
            self.active.push(person);
        }
    }

    fn goes(&mut self, who: ParticipantId, end: Option<CallEnd>) {
        self.waiting.retain(|one| {
            let goes = one.guest.id == who;
            if goes && let Some(end) = end {
                self.dismissed.push((one.guest.call, end));
            }
            !goes
        });
        let Some(at) = self.active.iter().position(|one| one.guest.id == who) else {
            return;
        };
        let gone = self.active.remove(at);
        if gone.kind.leads {
            self.leader_went();
        }
        if let Some(end) = end {
            self.dismissed.push((gone.guest.call, end));
        }
    }

    fn leader_went(&mut self) {
        loop {
            let last = self.leaders() == 0;
            let ends = |one: &Person| one.kind.ends_any || (last && one.kind.ends);
            let mut tied: Vec<Person> = self.active.iter().copied().filter(ends).collect();
            tied.sort_by_key(|one| one.guest.id);
            self.active.retain(|one| !ends(one));
            let ended = tied.iter().map(|one| (one.guest.call, CallEnd::LeaderLeft));
            self.dismissed.extend(ended);
            if tied.is_empty() {
                break;
            }
        }
        if self.leaders() == 0 {
            let waits = |one: &Person| one.kind.waits && !one.let_in;
            let back: Vec<Person> = self.active.iter().copied().filter(waits).collect();
            self.active.retain(|one| !waits(one));
            self.waiting.extend(back);
        }
    }

    fn let_in(&mut self, who: ParticipantId) {
        if let Some(at) = self.waiting.iter().position(|one| one.guest.id == who) {
            let one = self.waiting.remove(at);
            self.active.push(one);
        }
        for one in self.active.iter_mut().filter(|one| one.guest.id == who) {
            one.let_in = true;
        }
    }

    fn mute_all(&mut self, muted: bool) {
        self.all_muted = muted;
        for one in self.active.iter_mut().chain(&mut self.waiting) {
            one.muted_by_rule = muted && !one.kind.admin;
        }
    }

    fn inside(&self) -> Vec<Person> {
        let mut inside: Vec<Person> = self.active.iter().chain(&self.waiting).copied().collect();
        inside.sort_by_key(|one| one.guest.id);
        inside
    }

    fn person(&mut self, who: ParticipantId) -> Option<&mut Person> {
        let mut inside = self.active.iter_mut().chain(&mut self.waiting);
        inside.find(|one| one.guest.id == who)
    }

    fn pass(&mut self, mut now: Instant, end: Instant) {
        loop {
            let due_at = |one: &Person| {
                let seconds = Duration::from_secs(one.kind.seconds.into());
                (one.kind.seconds > 0).then(|| one.since + seconds)
            };
            let inside = self.inside();
            let Some(next) = inside.iter().filter_map(due_at).min() else {
                return;
            };
            if next > end {
                return;
            }
            now = now.max(next);
            for one in inside {
                if due_at(&one).is_some_and(|at| at <= now) {
                    self.time_is_up(one.guest.id);
                }
            }
        }
    }

    fn time_is_up(&mut self, who: ParticipantId) {
        self.goes(who, Some(CallEnd::TimeUp));
    }

    fn ends(&mut self) {
        let everybody = self.inside();
        let ended = everybody
            .iter()
            .map(|one| (one.guest.call, CallEnd::RoomEnded));
        self.dismissed.extend(ended);
        self.active.clear();
        self.waiting.clear();
    }
}

impl Person {
    fn is_muted(&self) -> bool {
        let by_somebody = self.muted_by_self || self.muted_by_moderator;
        by_somebody || self.muted_at_start || self.muted_by_rule
    }

    fn unmute(&mut self) {
        self.muted_by_self = false;
        self.muted_by_moderator = false;
        self.muted_at_start = false;
    }
}

// Both -----------------------------------------------------------------------------------------

struct Pair {
    hall: Hall,
    model: Model,
    guests: Vec<Guest>,
    /// Of each, whether the last news of them was that they are in.
    told_in: BTreeMap<ParticipantId, bool>,
    news_seen: usize,
}

impl Pair {
    fn new() -> Self {
        Self {
            hall: Hall::new(),
            model: Model::default(),
            guests: Vec::new(),
            told_in: BTreeMap::new(),
            news_seen: 0,
        }
    }

    fn perform(&mut self, act: &Act) {
        if let Act::Come(kind) = act {
            return self.come(*kind);
        }
        let guest = |who: usize| self.guests.get(who % self.guests.len().max(1)).copied();
        match *act {
            Act::Come(_) => {}
            Act::HangUp(who) => {
                if let Some(guest) = guest(who) {
                    self.hall.leaves(guest);
                    self.model.goes(guest.id, None);
                }
            }
            Act::Remove(who) => {
                if let Some(guest) = guest(who) {
                    let _absent = self.hall.act(|room, turn| room.remove(turn, guest.id));
                    self.model.goes(guest.id, Some(CallEnd::Removed));
                }
            }
            Act::LetIn(who) => {
                if let Some(guest) = guest(who) {
                    let _absent = self.hall.act(|room, turn| room.let_in(turn, guest.id));
                    self.model.let_in(guest.id);
                }
            }
            Act::PressMute(who) => {
                if let Some(guest) = guest(who) {
                    self.hall.presses(guest, "*6");
                    if let Some(person) = self.model.person(guest.id) {
                        let was_muted = person.is_muted();
                        person.unmute();
                        person.muted_by_self = !was_muted;
                    }
                }
            }
            Act::PressMuteAll(who) => {
                if let Some(guest) = guest(who) {
                    self.press_mute_all(guest);
                }
            }
            Act::LetAllSpeak => {
                self.hall.act(|room, turn| room.let_all_speak(turn));
                self.model.mute_all(false);
            }
            Act::Mute(who, on) => {
                if let Some(guest) = guest(who) {
                    self.mute(guest, on);
                }
            }
            Act::Talk(who, on) => {
                if let Some(guest) = guest(who) {
                    self.hall.act(|room, turn| room.talking(turn, guest.id, on));
                }
            }
            Act::MoveAway(who) => {
                if let Some(guest) = guest(who) {
                    let moved = self.hall.act(|room, turn| room.move_out(turn, guest.id));
                    if moved.is_ok() {
                        self.model.goes(guest.id, None);
                    }
                }
            }
            Act::Lock(on) => self.lock(on),
            Act::Seats(seats) => {
                self.model.seats = seats as usize;
                self.change(RoomPatch {
                    options: Some(format!("max_members={seats}")),
                    ..RoomPatch::default()
                });
            }
            Act::Music(on) => self.change(RoomPatch {
                music: Some(on.then(PlaylistName::built_in)),
                ..RoomPatch::default()
            }),
            Act::Pass(ms) => {
                let (now, time) = (self.hall.now, Duration::from_millis(ms));
                self.announcements_end();
                self.hall.wait(time);
                self.model.pass(now, now + time);
            }
            Act::End => {
                self.hall
                    .act(|room, turn| room.end(turn, CallEnd::RoomEnded));
                self.model.ends();
            }
        }
    }

    fn come(&mut self, kind: Kind) {
        let guest = self.hall.new_guest();
        self.hall.arrive(guest).expect("the PIN is asked first");
        let takes_members = self.model.takes(Kind::default());
        let verdict = self.hall.types(guest, PIN);
        assert_eq!(verdict.for_script().is_ok(), takes_members);
        if verdict.role().is_none() {
            return;
        }
        let profile = UserProfile::read(&options(kind)).into();
        self.hall
            .act(|room, turn| room.set_profile(turn, guest.id, profile))
            .expect("is here");
        self.hall.admit(guest, 7).expect("it takes one more");
        self.guests.push(guest);
        self.model.comes(Person {
            guest,
            kind,
            since: self.hall.now,
            let_in: false,
            muted_by_self: false,
            muted_by_moderator: false,
            muted_at_start: kind.starts_muted,
            muted_by_rule: false,
        });
        if self.guests.len() > 10 {
            let first = self.guests.remove(0);
            self.hall.leaves(first);
            self.model.goes(first.id, None);
        }
    }

    fn press_mute_all(&mut self, guest: Guest) {
        let menu = "*6=toggle_mute\n5=admin_toggle_mute_participants";
        let menu = Arc::new(Menu::from_text(menu).expect("a menu"));
        self.hall.room.set_menus(Menus {
            members: Arc::clone(&menu),
            moderators: menu,
        });
        self.hall.presses(guest, "5");
        let all_muted = self.model.all_muted;
        if self
            .model
            .person(guest.id)
            .is_some_and(|one| one.kind.admin)
        {
            self.model.mute_all(!all_muted);
        }
    }

    fn mute(&mut self, guest: Guest, on: bool) {
        let by = MutedBy::Moderator;
        let _absent = self.hall.act(|room, turn| {
            if on {
                room.mute(turn, guest.id, by)
            } else {
                room.unmute(turn, guest.id, by)
            }
        });
        if let Some(person) = self.model.person(guest.id) {
            if on {
                person.muted_by_moderator = true;
            } else {
                person.unmute();
                // A moderator lets one speak where all are muted.
                person.muted_by_rule = false;
            }
        }
    }

    fn lock(&mut self, on: bool) {
        self.model.locked = on;
        self.hall.act(|room, turn| {
            if on {
                room.lock(turn);
            } else {
                room.unlock(turn);
            }
        });
    }

    fn change(&mut self, patch: RoomPatch) {
        self.hall.change(patch);
        if self.hall.room.participants().next().is_none() {
            let locked = self.model.locked;
            self.lock(locked);
        }
    }

    fn announcements_end(&mut self) {
        while !self.hall.announcing.is_empty() {
            self.hall.announcement_ends();
        }
    }

    /// A closed room is dropped; the next caller finds a new one, which is not locked.
    fn reopen_if_closed(&mut self) {
        let is_empty = self.model.active.is_empty() && self.model.waiting.is_empty();
        if self.hall.closed > 0 {
            assert!(is_empty, "closed with somebody in it");
            let record = Arc::clone(self.hall.room.record());
            self.hall.room = Room::new(record, self.hall.room.stage(), Language::English);
            self.hall.closed = 0;
            self.hall.announcing.clear();
            self.model.locked = false;
            self.model.all_muted = false;
        }
        assert!(self.hall.music.is_empty() || !is_empty, "music for nobody");
    }

    fn check(&mut self) {
        let room = &self.hall.room;
        let counts = room.counts();
        assert_eq!(counts.active, self.model.active.len());
        assert_eq!(counts.waiting, self.model.waiting.len());
        assert_eq!(self.hall.dismissed.len(), self.model.dismissed.len());
        let mut expected = self.model.dismissed.clone();
        let mut dismissed = self.hall.dismissed.clone();
        expected.sort_by_key(|(call, _)| *call);
        dismissed.sort_by_key(|(call, _)| *call);
        assert_eq!(dismissed, expected);
        for (list, waits) in [(&self.model.active, false), (&self.model.waiting, true)] {
            for person in list {
                self.check_person(person, waits);
            }
        }
        self.check_news();
    }

    fn check_person(&self, person: &Person, waits: bool) {
        let leg = person.guest.leg;
        let one = self.hall.room.participant(person.guest.id);
        let one = one.expect("the model has them in");
        let is_waiting = matches!(one.phase(), Phase::Waiting { .. });
        assert_eq!(is_waiting, waits, "{person:?}");
        assert_eq!(one.since(), Some(person.since));
        let mute = one.mute();
        assert_eq!(mute.by_self, person.muted_by_self);
        assert_eq!(mute.by_moderator, person.muted_by_moderator);
        assert_eq!(mute.at_start, person.muted_at_start);
        assert_eq!(mute.by_system, person.muted_by_rule);
        let is_silent = self.hall.muted.get(&leg).copied().unwrap_or(false);
        assert_eq!(is_silent, waits || person.is_muted(), "{person:?}");
        assert!(!(one.talking() && is_silent));
        let hears_music = self.hall.music.contains_key(&leg);
        let has_music = self.hall.room.record().music.is_some();
        let is_lone = self.model.active.len() == 1;
        assert!(!hears_music || (has_music && (waits || is_lone)));
        let on_stage = self.hall.on_stage.contains(&leg);
        if waits && has_music {
            assert!(!(hears_music && on_stage), "music and the room together");
        } else {
            assert!(on_stage, "{person:?}");
        }
    }

    /// One is told to be in and to wait in turns, and never twice the same.
    fn check_news(&mut self) {
        for news in &self.hall.news[self.news_seen..] {
            if let RoomNews::Joined { participant, .. } = news {
                assert_ne!(self.told_in.insert(*participant, true), Some(true));
            } else if let RoomNews::Waits { participant, .. } = news {
                assert_ne!(self.told_in.insert(*participant, false), Some(false));
            } else if let RoomNews::Left { participant, .. } | RoomNews::MovedOut { participant } =
                news
            {
                assert!(self.told_in.remove(participant).is_some());
            }
        }
        self.news_seen = self.hall.news.len();
        let told_in = self.told_in.values().filter(|is_in| **is_in).count();
        assert_eq!(told_in, self.model.active.len());
        assert_eq!(self.told_in.len() - told_in, self.model.waiting.len());
    }

    /// When nothing happens any more, whoever waits and whoever is alone has music.
    fn check_calm(&mut self) {
        self.announcements_end();
        let calm = limits::PLAY_PATIENCE + limits::MUSIC_AFTER_ALONE;
        // Long after the last one's time is up.
        for _ in 0..8 {
            let now = self.hall.now;
            self.hall.wait(calm);
            self.announcements_end();
            self.model.pass(now, self.hall.now);
            self.check();
            self.reopen_if_closed();
        }
        let playlist = self.hall.room.record().music.is_some();
        let lone = usize::from(self.model.active.len() == 1);
        let listeners = if playlist {
            self.model.waiting.len() + lone
        } else {
            0
        };
        assert_eq!(self.hall.music.len(), listeners);
    }
}

fn options(kind: Kind) -> String {
    let Kind {
        admin,
        leads,
        waits,
        ends,
        ends_any,
        starts_muted,
        quiet,
        seconds,
    } = kind;
    let word = |flag: bool| if flag { "yes" } else { "no" };
    [
        ("admin", word(admin)),
        ("marked", word(leads)),
        ("wait_marked", word(waits)),
        ("end_marked", word(ends)),
        ("end_marked_any", word(ends_any)),
        ("startmuted", word(starts_muted)),
        ("quiet", word(quiet)),
        ("timeout", &seconds.to_string()),
    ]
    .map(|(name, value)| format!("{name}={value}"))
    .join("\n")
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 4_000,
        failure_persistence: None,
        ..ProptestConfig::default()
    })]

    // Regression be906d6318
    // Defect 12
    #[test]
    fn the_room_does_what_its_model_does(acts in prop::collection::vec(an_act(), 1..60)) {
        let mut pair = Pair::new();
        for act in &acts {
            pair.perform(act);
            pair.check();
            pair.reopen_if_closed();
        }
        pair.check_calm();
    }
}

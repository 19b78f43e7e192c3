//! Whatever people, moderators and administrators do, in whatever order: the laws of a room hold.

mod hall;

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use conclave_model::{CallEnd, CallId, Language, ParticipantId, PlaylistName, RoomPatch, limits};
use conclave_room::{MutedBy, Room, RoomNews};
use hall::{Guest, Hall, PIN};
use proptest::prelude::*;

#[derive(Clone, Debug)]
enum Act {
    Arrive,
    TypePin(usize, bool),
    Admit(usize, bool),
    Leave(usize),
    Remove(usize),
    Mute(usize, u8),
    Unmute(usize, u8),
    Press(usize, &'static str),
    Talk(usize, bool),
    Lock(bool),
    Music(bool),
    Message(bool),
    AskPin(bool),
    AnnouncementEnds,
    Wait(u64),
    End,
    StageFails,
}

fn an_act() -> impl Strategy<Value = Act> {
    let who = 0_usize..8;
    prop_oneof![
        8 => Just(Act::Arrive),
        10 => (who.clone(), prop::bool::weighted(0.8))
            .prop_map(|(who, right)| Act::TypePin(who, right)),
        10 => (who.clone(), any::<bool>()).prop_map(|(who, named)| Act::Admit(who, named)),
        5 => who.clone().prop_map(Act::Leave),
        2 => who.clone().prop_map(Act::Remove),
        3 => (who.clone(), 0_u8..3).prop_map(|(who, by)| Act::Mute(who, by)),
        3 => (who.clone(), 0_u8..3).prop_map(|(who, by)| Act::Unmute(who, by)),
        4 => (who.clone(), prop::sample::select(vec!["*6", "*", "6", "#", "12", "**6", "*0"]))
            .prop_map(|(who, keys)| Act::Press(who, keys)),
        3 => (who, any::<bool>()).prop_map(|(who, talking)| Act::Talk(who, talking)),
        2 => prop::bool::weighted(0.3).prop_map(Act::Lock),
        1 => any::<bool>().prop_map(Act::Music),
        1 => any::<bool>().prop_map(Act::Message),
        1 => any::<bool>().prop_map(Act::AskPin),
        4 => Just(Act::AnnouncementEnds),
        6 => (1_u64..4_000).prop_map(Act::Wait),
        1 => Just(Act::End),
        1 => Just(Act::StageFails),
    ]
}

/// The room, and what a simple mind expects of it.
struct Meeting {
    hall: Hall,
    guests: Vec<Guest>,
    /// The door has let them pass.
    passed: BTreeSet<ParticipantId>,
    expected_dismissals: Vec<CallId>,
    locked: bool,
}

impl Meeting {
    fn new() -> Self {
        Self {
            hall: Hall::new(),
            guests: Vec::new(),
            passed: BTreeSet::new(),
            expected_dismissals: Vec::new(),
            locked: false,
        }
    }

    fn guest(&self, index: usize) -> Option<Guest> {
        (!self.guests.is_empty()).then(|| self.guests[index % self.guests.len()])
    }

    fn here(&self, guest: Guest) -> bool {
        self.hall.room.participant(guest.id).is_some()
    }

    fn perform(&mut self, act: &Act) {
        match act {
            Act::Arrive => self.arrive(),
            Act::TypePin(who, right) => self.types(*who, *right),
            Act::Admit(who, named) => self.admits(*who, *named),
            Act::Leave(who) => {
                if let Some(guest) = self.guest(*who) {
                    self.hall.leaves(guest);
                }
            }
            Act::Remove(who) => {
                if let Some(guest) = self.guest(*who) {
                    let was_here = self.here(guest);
                    let removed = self.hall.act(|room, turn| room.remove(turn, guest.id));
                    assert_eq!(removed.is_ok(), was_here);
                    self.expected_dismissals
                        .extend(was_here.then_some(guest.call));
                }
            }
            Act::Mute(who, by) => {
                if let Some(guest) = self.guest(*who) {
                    let _absent = self
                        .hall
                        .act(|room, turn| room.mute(turn, guest.id, by_whom(*by)));
                }
            }
            Act::Unmute(who, by) => {
                if let Some(guest) = self.guest(*who) {
                    let _absent = self
                        .hall
                        .act(|room, turn| room.unmute(turn, guest.id, by_whom(*by)));
                }
            }
            Act::Press(who, keys) => {
                if let Some(guest) = self.guest(*who) {
                    self.hall.presses(guest, keys);
                }
            }
            Act::Talk(who, talking) => {
                if let Some(guest) = self.guest(*who) {
                    self.hall
                        .act(|room, turn| room.talking(turn, guest.id, *talking));
                }
            }
            Act::Lock(locked) => self.lock(*locked),
            Act::Music(on) => self.change(RoomPatch {
                music: Some(on.then(PlaylistName::built_in)),
                ..RoomPatch::default()
            }),
            Act::Message(on) => self.change(RoomPatch {
                message: Some(*on),
                ..RoomPatch::default()
            }),
            Act::AskPin(on) => self.ask_pin(*on),
            Act::AnnouncementEnds => self.announcement_ends(),
            Act::Wait(ms) => {
                self.announcement_ends();
                self.hall.wait(Duration::from_millis(*ms));
            }
            Act::End => self.end(|hall| {
                hall.act(|room, turn| room.end(turn, CallEnd::RoomEnded));
            }),
            Act::StageFails => self.end(|hall| {
                hall.act(Room::stage_failed);
            }),
        }
    }

    fn arrive(&mut self) {
        let guest = self.hall.new_guest();
        let plan = self.hall.arrive(guest);
        match plan {
            Ok(plan) if !plan.ask_pin => {
                assert!(!self.locked);
                self.passed.insert(guest.id);
            }
            Ok(_) => {}
            Err(_) => assert!(self.locked),
        }
        self.guests.push(guest);
        if self.guests.len() > 8 {
            let gone = self.guests.remove(0);
            self.hall.leaves(gone);
        }
    }

    fn types(&mut self, who: usize, right: bool) {
        let Some(guest) = self.guest(who).filter(|guest| self.here(*guest)) else {
            return;
        };
        let before = self
            .hall
            .room
            .participant(guest.id)
            .expect("is here")
            .pins_wrong();
        let knew = self.passed.contains(&guest.id);
        let verdict = self.hall.types(guest, if right { PIN } else { "111111" });
        if verdict.role().is_some() {
            assert!(knew || (right && before < limits::PIN_TRIES && !self.locked));
            self.passed.insert(guest.id);
        }
    }

    fn admits(&mut self, who: usize, named: bool) {
        let Some(guest) = self.guest(who) else { return };
        let was_active = self.hall.on_stage.contains(&guest.leg);
        let may = self.here(guest) && self.passed.contains(&guest.id) && !self.locked;
        let admitted = self.hall.admit(guest, if named { 7 } else { 0 }).is_ok();
        assert_eq!(admitted, may || was_active);
    }

    fn lock(&mut self, locked: bool) {
        self.locked = locked;
        self.hall.act(|room, turn| {
            if locked {
                room.lock(turn);
            } else {
                room.unlock(turn);
            }
        });
    }

    fn ask_pin(&mut self, on: bool) {
        self.change(RoomPatch {
            pin: Some(on.then(|| PIN.parse().expect("a PIN"))),
            ..RoomPatch::default()
        });
        if !on {
            let here = self.hall.room.participants().map(|one| one.id());
            self.passed.extend(here);
        }
    }

    fn change(&mut self, patch: RoomPatch) {
        let locked = self.locked;
        self.hall.change(patch);
        if self.hall.room.participants().next().is_none() && locked {
            self.lock(true);
        }
    }

    fn announcement_ends(&mut self) {
        if !self.hall.announcing.is_empty() {
            self.hall.announcement_ends();
        }
    }

    fn end(&mut self, end: impl FnOnce(&mut Hall)) {
        let here = self.hall.room.participants().map(|one| one.call());
        self.expected_dismissals.extend(here);
        end(&mut self.hall);
    }

    /// A closed room is dropped; the next caller finds a new one.
    fn reopen_if_closed(&mut self) {
        if self.hall.closed == 0 {
            return;
        }
        assert_eq!(self.hall.closed, 1, "closed once");
        assert!(self.hall.room.participants().next().is_none());
        assert!(self.hall.on_stage.is_empty() && self.hall.music.is_empty());
        assert!(self.hall.room.poll_timeout().is_none() || !self.hall.announcing.is_empty());
        let record = Arc::clone(self.hall.room.record());
        self.hall.room = Room::new(record, self.hall.room.stage(), Language::English);
        self.hall.closed = 0;
        self.hall.announcing.clear();
        self.locked = false;
    }

    fn check(&self) {
        self.check_stage();
        self.check_music();
        assert!(self.hall.announcing.len() <= 1, "announcements queue up");
        let dismissed: Vec<CallId> = self.hall.dismissed.iter().map(|(call, _)| *call).collect();
        assert_eq!(dismissed, self.expected_dismissals);
        for one in self.hall.room.participants() {
            assert!(!dismissed.contains(&one.call()));
        }
        let count = |wanted: fn(&RoomNews) -> bool| {
            self.hall.news.iter().filter(|news| wanted(news)).count()
        };
        let joined = count(|news| matches!(news, RoomNews::Joined { .. }));
        let left = count(|news| matches!(news, RoomNews::Left { .. }));
        assert_eq!(joined - left, self.hall.on_stage.len());
    }

    fn check_stage(&self) {
        let room = &self.hall.room;
        let mut on_stage = BTreeSet::new();
        let mut muted = 0;
        for one in room.participants().filter(|one| one.is_active()) {
            assert!(self.passed.contains(&one.id()), "in without a PIN");
            on_stage.insert(one.leg());
            muted += usize::from(one.mute().is_muted());
            let leg_muted = self.hall.muted.get(&one.leg()).copied();
            assert_eq!(leg_muted.unwrap_or(false), one.mute().is_muted());
            assert!(!(one.talking() && one.mute().is_muted()));
        }
        assert_eq!(on_stage, self.hall.on_stage);
        let counts = room.counts();
        assert_eq!(counts.active, on_stage.len());
        assert_eq!(counts.muted, muted);
        assert_eq!(counts.at_door + counts.active, room.participants().count());
    }

    fn check_music(&self) {
        assert!(self.hall.music.len() <= 1);
        for leg in self.hall.music.keys() {
            assert_eq!(self.hall.on_stage, [*leg].into(), "music in company");
            assert!(self.hall.room.record().music.is_some());
        }
    }

    /// When nothing happens any more, the lone one with a playlist has music.
    fn check_calm(&mut self) {
        for _ in 0..3 {
            self.announcement_ends();
            self.hall
                .wait(limits::PLAY_PATIENCE + limits::MUSIC_AFTER_ALONE);
        }
        assert!(self.hall.announcing.is_empty(), "it goes on announcing");
        let lone = self.hall.on_stage.len() == 1;
        let playlist = self.hall.room.record().music.is_some();
        assert_eq!(self.hall.music.len() == 1, lone && playlist);
        assert!(self.hall.room.poll_timeout().is_none());
    }
}

fn by_whom(number: u8) -> MutedBy {
    match number {
        0 => MutedBy::Oneself,
        1 => MutedBy::Moderator,
        _ => MutedBy::System,
    }
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 512,
        failure_persistence: None,
        ..ProptestConfig::default()
    })]

    #[test]
    fn the_laws_of_a_room_hold(acts in prop::collection::vec(an_act(), 1..120)) {
        let mut meeting = Meeting::new();
        for act in &acts {
            meeting.perform(act);
            meeting.check();
            meeting.reopen_if_closed();
        }
        meeting.check_calm();
        meeting.check();
        for guest in meeting.guests.clone() {
            meeting.hall.leaves(guest);
        }
        meeting.check();
        meeting.reopen_if_closed();
        prop_assert_eq!(meeting.hall.room.participants().count(), 0);
    }
}

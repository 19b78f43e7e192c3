//! Whatever happens in whatever order: a phone that keeps account of events knows who is in.

mod hall;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;

use conclave_model::confbridge::UserProfile;
use conclave_model::{CallId, Chance, ParticipantId, RoomPatch};
use conclave_room::{Mover, MutedBy, PhoneEvent, PhoneEventKind};
use hall::{Guest, Hall, PIN};

/// Who is in, and whether they are muted, as one phone has it.
type Known = BTreeMap<ParticipantId, bool>;

struct Meeting {
    hall: Hall,
    chance: Chance,
    guests: Vec<Guest>,
    elsewhere: Vec<Mover>,
    phones: BTreeMap<CallId, Known>,
    /// Those whose options say that they want events.
    listeners: BTreeSet<ParticipantId>,
    are_on: bool,
}

impl Meeting {
    fn new(seed: u8) -> Self {
        let mut hall = Hall::without_music();
        hall.change(options("yes"));
        Self {
            hall,
            chance: Chance::from_seed([seed; 32]),
            guests: Vec::new(),
            elsewhere: Vec::new(),
            phones: BTreeMap::new(),
            listeners: BTreeSet::new(),
            are_on: true,
        }
    }

    fn below(&mut self, most: usize) -> usize {
        self.chance.below(u32::try_from(most).expect("is small")) as usize
    }

    fn act(&mut self) {
        let which = self.below(self.guests.len().max(1));
        let some = self.guests.get(which).copied();
        match (self.below(16), some) {
            (0..=3, _) | (_, None) => self.comes(),
            (4, Some(who)) => self.hall.leaves(who),
            (5, Some(who)) => {
                // Who has gone cannot be removed, nor can who waits go elsewhere, and so below.
                let _ = self.hall.act(|room, turn| room.remove(turn, who.id));
            }
            (6, Some(who)) => {
                let moved = self.hall.act(|room, turn| room.move_out(turn, who.id));
                if let Ok(mover) = moved {
                    // In another room, other options hold.
                    self.listeners.remove(&who.id);
                    self.elsewhere.push(mover);
                }
            }
            (7, _) => {
                if let Some(mover) = self.elsewhere.pop() {
                    self.hall.act(|room, turn| room.move_in(turn, mover));
                }
            }
            (8 | 9, Some(who)) => {
                let by = [MutedBy::Oneself, MutedBy::Moderator][self.below(2)];
                let _ = self.hall.act(|room, turn| room.mute(turn, who.id, by));
            }
            (10, Some(who)) => {
                let by = MutedBy::Moderator;
                let _ = self.hall.act(|room, turn| room.unmute(turn, who.id, by));
            }
            (11, Some(who)) => {
                let on = self.below(2) == 0;
                self.hall.act(|room, turn| room.talking(turn, who.id, on));
            }
            (12, Some(who)) => self.hall.presses(who, "*4"),
            (13, Some(who)) => self.is_told_otherwise(who),
            (14, _) => self.switches(),
            (_, Some(_)) => self.hall.wait(Duration::from_secs(2)),
        }
    }

    fn comes(&mut self) {
        let guest = self.hall.new_guest();
        if self.hall.arrive(guest).is_ok() {
            self.hall.types(guest, PIN);
            self.is_told_otherwise(guest);
            // A room that is full takes nobody.
            let _ = self.hall.admit(guest, 100);
            self.guests.push(guest);
        }
    }

    fn is_told_otherwise(&mut self, who: Guest) {
        let wishes = [
            "send_events=yes",
            "send_events=yes\necho_events=yes\nwait_marked=yes",
            "send_events=yes\nmarked=yes\nstartmuted=yes",
            "send_events=no",
            "send_events=yes\ntext_messaging=no",
            "send_events=yes\nend_marked=yes",
        ];
        let wish = wishes[self.below(wishes.len())];
        let profile = Arc::new(UserProfile::read(wish));
        let is_set = self
            .hall
            .act(|room, turn| room.set_profile(turn, who.id, profile));
        if is_set.is_err() {
            // Is not here, or not any more.
        } else if wish.starts_with("send_events=yes") && !wish.contains("text_messaging=no") {
            self.listeners.insert(who.id);
        } else {
            self.listeners.remove(&who.id);
        }
    }

    fn switches(&mut self) {
        self.are_on = !self.are_on;
        let record = options(if self.are_on { "yes" } else { "no" });
        let record = Arc::new(record.apply_to(self.hall.room.record()));
        self.hall.act(|room, turn| room.update(turn, record));
    }

    fn read(&mut self) {
        for (to, event) in std::mem::take(&mut self.hall.told) {
            assert!(self.are_on, "{event:?}");
            for call in to {
                note(self.phones.entry(call).or_default(), &event);
            }
        }
    }

    fn check(&mut self) {
        let active = || self.hall.room.participants().filter(|one| one.is_active());
        let truth: Known = active()
            .map(|one| (one.id(), one.mute().is_muted()))
            .collect();
        let listeners = active().filter(|one| self.are_on && self.listeners.contains(&one.id()));
        let listeners: BTreeSet<CallId> = listeners.map(|one| one.call()).collect();
        for call in &listeners {
            assert_eq!(self.phones.get(call), Some(&truth), "as {call} has it");
        }
        // Who is told nothing any more is welcomed anew.
        self.phones.retain(|call, _| listeners.contains(call));
    }
}

fn options(enabled: &str) -> RoomPatch {
    RoomPatch {
        options: Some(format!("enable_events={enabled}")),
        ..RoomPatch::default()
    }
}

fn note(known: &mut Known, event: &PhoneEvent) {
    let about = event.about.iter().map(|one| (one.participant, one.muted));
    match event.kind {
        PhoneEventKind::Welcome => *known = about.collect(),
        PhoneEventKind::Join | PhoneEventKind::Mute | PhoneEventKind::Unmute => known.extend(about),
        PhoneEventKind::Leave => {
            for (who, _) in about {
                assert!(known.remove(&who).is_some(), "was on no list");
            }
        }
        PhoneEventKind::Talking { .. }
        | PhoneEventKind::Record
        | PhoneEventKind::StopRecord
        | PhoneEventKind::Lock
        | PhoneEventKind::Unlock => {}
    }
}

#[test]
fn a_phone_that_keeps_account_knows_who_is_in_and_who_is_muted() {
    for seed in 0..200 {
        let mut meeting = Meeting::new(seed);
        for _ in 0..80 {
            meeting.act();
            meeting.read();
            meeting.check();
            if meeting.hall.closed > 0 {
                break;
            }
        }
    }
}

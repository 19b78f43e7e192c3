//! What goes on in one room, and what happened there; knows no other room.

use std::collections::VecDeque;

use conclave_api::{LiveRef, LiveView, ParticipantView, WaitingView, read_rfc3339};
use conclave_model::{UnixMillis, limits};

use crate::person::Person;

/// A room with people in it or at its door, or one that is looked at.
#[derive(Clone, Debug)]
pub struct Room {
    pub at: LiveRef,
    pub started_at: Option<UnixMillis>,
    pub locked: bool,
    /// Since when it is recorded; `None` when it is not.
    pub recorded_since: Option<UnixMillis>,
    /// In the order in which they came.
    pub people: Vec<Person>,
    /// At the door, in the order in which they came.
    pub waiting: Vec<WaitingView>,
    /// Oldest first.
    pub log: VecDeque<Entry>,
    /// Those who left last: a late word about them does not bring them back.
    gone: VecDeque<String>,
}

/// One line of what happened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    pub at: UnixMillis,
    pub sentence: String,
}

impl Room {
    pub fn new(at: LiveRef) -> Self {
        Self {
            at,
            started_at: None,
            locked: false,
            recorded_since: None,
            people: Vec::new(),
            waiting: Vec::new(),
            log: VecDeque::new(),
            gone: VecDeque::new(),
        }
    }

    /// The room as it was just read. What was heard of it before is kept.
    pub fn read(&mut self, view: LiveView, now: UnixMillis) {
        let before = std::mem::take(&mut self.people);
        let known = |id: &str| before.iter().find(|person| person.view.id == id);
        let people = view.participants.into_iter();
        self.people = people
            .map(|view| {
                let known = known(&view.id);
                Person::of(view, now, known)
            })
            .collect();
        self.started_at = view.started_at.as_deref().and_then(read_rfc3339);
        let recording = view.recording.as_ref();
        self.recorded_since = recording.and_then(|recording| read_rfc3339(&recording.since));
        (self.locked, self.waiting) = (view.locked, view.waiting);
        self.gone.clear();
    }

    pub fn is_live(&self) -> bool {
        !self.people.is_empty() || !self.waiting.is_empty()
    }

    pub fn person(&self, id: &str) -> Option<&Person> {
        self.people.iter().find(|person| person.view.id == id)
    }

    /// Who speaks, the longest first.
    pub fn speaking(&self) -> Vec<&Person> {
        let mut speaking: Vec<_> = self
            .people
            .iter()
            .filter(|person| person.view.talking)
            .collect();
        speaking.sort_by_key(|person| person.speaks_since);
        speaking
    }

    pub fn all_muted(&self) -> bool {
        self.people.iter().all(|person| person.view.muted)
    }

    pub fn join(&mut self, view: ParticipantView, at: UnixMillis) {
        self.gone.retain(|id| *id != view.id);
        self.waiting.retain(|caller| caller.id != view.id);
        self.started_at.get_or_insert(at);
        self.put(view, at);
    }

    /// The person as the event has them, unless they are gone.
    pub fn put(&mut self, view: ParticipantView, at: UnixMillis) {
        if self.gone.contains(&view.id) {
            return;
        }
        let mut people = self.people.iter_mut();
        match people.find(|person| person.view.id == view.id) {
            Some(person) => *person = Person::of(view, at, Some(person)),
            None => self.people.push(Person::of(view, at, None)),
        }
    }

    pub fn leave(&mut self, id: &str) {
        self.people.retain(|person| person.view.id != id);
        if self.gone.len() >= limits::TOP_GONE {
            self.gone.pop_front();
        }
        self.gone.push_back(id.to_owned());
    }

    pub fn wait(&mut self, caller: WaitingView) {
        let mut waiting = self.waiting.iter_mut();
        match waiting.find(|known| known.id == caller.id) {
            Some(known) => *known = caller,
            None => self.waiting.push(caller),
        }
    }

    pub fn end(&mut self) {
        let ids: Vec<_> = self
            .people
            .iter()
            .map(|person| person.view.id.clone())
            .collect();
        for id in ids {
            self.leave(&id);
        }
        (self.started_at, self.locked, self.recorded_since) = (None, false, None);
    }

    pub fn tell(&mut self, at: UnixMillis, sentence: String) {
        if self.log.len() >= limits::TOP_LOG {
            self.log.pop_front();
        }
        self.log.push_back(Entry { at, sentence });
    }
}

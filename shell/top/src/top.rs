//! What is shown and chosen: told what happened and what was pressed, it wishes things done.

use std::time::{Duration, Instant};

use conclave_api::{Attention, LiveView, NowView, NumberedEvent, StatusView, read_rfc3339};
use conclave_model::{UnixMillis, WallClock};
use ratatui::crossterm::event::KeyEvent;

use crate::choice::Choice;
use crate::deed::{Change, Deed};
use crate::figures::{Figures, Load};
use crate::fold::Heard;
use crate::room::Room;
use crate::rooms::Rooms;
use crate::typing::Typing;

/// The terminal view. Sans-IO: time is an argument, requests are wishes.
pub struct Top {
    pub(crate) rooms: Rooms,
    pub(crate) in_list: Choice,
    /// The room that is looked at, and who is chosen in it.
    pub(crate) open: Option<(String, Choice)>,
    pub(crate) link: Link,
    pub(crate) clock: WallClock,
    pub(crate) status: Option<StatusView>,
    pub(crate) load: Option<Load>,
    pub(crate) notice: Option<Notice>,
    pub(crate) armed: Option<Armed>,
    pub(crate) window: Option<Window>,
    /// What somebody should look at, as last read.
    pub(crate) attention: Vec<Attention>,
    read_at: Option<Instant>,
    figures: Option<Figures>,
}

/// What happened.
pub enum Input {
    /// Everything that goes on, as just read.
    Now(NowView),
    Event(Box<NumberedEvent>),
    Status(Box<StatusView>),
    Figures(Figures),
    Link(Link),
    Key(KeyEvent),
    /// What became of a deed; why it was refused, in words.
    Done(Deed, Result<(), String>),
}

/// What is to be done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Wish {
    /// Read everything that goes on.
    Read,
    Do(Deed),
    Quit,
}

/// Whether events come.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Link {
    Connecting,
    Live,
    /// Why, in words; it is tried again.
    Lost(String),
}

/// What a deadline is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Why {
    /// Durations on the screen have grown by a second.
    Clocks,
    /// A notice has been shown for long enough.
    Notice,
    /// The second press did not come.
    Armed,
    /// What no event tells has changed: how lines do, what needs attention.
    Reading,
}

/// One line about what was asked for.
pub(crate) struct Notice {
    pub text: String,
    pub is_wrong: bool,
    until: Instant,
}

/// What is done when it is asked for once more.
pub(crate) struct Armed {
    pub id: String,
    until: Instant,
}

/// What lies over the rest and takes the keys.
pub(crate) enum Window {
    Help,
    Rename {
        room: String,
        who: String,
        typing: Typing,
        step: Renaming,
    },
    Volume {
        room: String,
        who: String,
        wanted_db: i8,
    },
}

/// A name is shown as changed when the server says so, and what was typed stays until then.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Renaming {
    Typing,
    Sent,
    Refused(String),
}

impl Top {
    /// `clock`: this machine's, until the server tells its own. `open`: the room to begin in.
    #[must_use]
    pub fn new(clock: WallClock, open: Option<LiveView>) -> Self {
        let mut rooms = Rooms::default();
        let open = open.map(|view| {
            let id = view.room.clone();
            rooms.read_one(view, clock.wall);
            (id, Choice::default())
        });
        Self {
            rooms,
            in_list: Choice::default(),
            open,
            link: Link::Connecting,
            clock,
            status: None,
            load: None,
            notice: None,
            armed: None,
            window: None,
            attention: Vec::new(),
            read_at: None,
            figures: None,
        }
    }

    /// Something happened.
    pub fn handle(&mut self, now: Instant, input: Input, wishes: &mut Vec<Wish>) {
        match input {
            Input::Now(view) => {
                self.rooms.read(view.items, self.clock.at(now));
                (self.attention, self.read_at) = (view.attention, Some(now));
                self.after_news(now);
            }
            Input::Event(event) => {
                if self.rooms.hear(&event) == Heard::Gap {
                    wishes.push(Wish::Read);
                }
                self.after_news(now);
            }
            Input::Status(status) => {
                self.set_clock(&status, now);
                self.status = Some(*status);
            }
            Input::Figures(figures) => {
                let before = self.figures.as_ref();
                self.load = before.and_then(|before| figures.since(before));
                self.figures = Some(figures);
            }
            Input::Link(link) => {
                // Events may be missing, whatever the server still has of them.
                if link == Link::Live && self.link != Link::Live {
                    wishes.push(Wish::Read);
                }
                self.link = link;
            }
            Input::Key(key) => self.press(now, &key, wishes),
            Input::Done(deed, done) => self.done(now, &deed, done),
        }
    }

    /// When to come back though nothing happens, and why.
    #[must_use]
    pub fn poll_timeout(&self, now: Instant) -> Option<(Instant, Why)> {
        let notice = self.notice.as_ref().map(|it| (it.until, Why::Notice));
        let armed = self.armed.as_ref().map(|it| (it.until, Why::Armed));
        let runs = self.rooms.live().next().is_some();
        let clocks = runs.then_some((now + SECOND, Why::Clocks));
        let read_at = self.read_at.filter(|_| self.link == Link::Live);
        let reading = read_at.map(|at| (at + READ_EVERY, Why::Reading));
        let all = [notice, armed, clocks, reading].into_iter().flatten();
        all.min_by_key(|(at, _)| *at)
    }

    /// A deadline has come, if it is one.
    pub fn handle_timeout(&mut self, now: Instant, wishes: &mut Vec<Wish>) {
        let is_live = self.link == Link::Live;
        if is_live && self.read_at.is_some_and(|at| at + READ_EVERY <= now) {
            self.read_at = Some(now);
            wishes.push(Wish::Read);
        }
        self.notice.take_if(|notice| notice.until <= now);
        self.armed.take_if(|armed| armed.until <= now);
    }

    pub(crate) fn open_room(&self) -> Option<&Room> {
        self.open.as_ref().and_then(|(id, _)| self.rooms.find(id))
    }

    pub(crate) fn say(&mut self, now: Instant, text: impl Into<String>) {
        self.notice = Some(Notice {
            text: text.into(),
            is_wrong: false,
            until: now + NOTICE_SHOWN,
        });
    }

    fn complain(&mut self, now: Instant, text: String) {
        self.say(now, text);
        if let Some(notice) = &mut self.notice {
            notice.is_wrong = true;
        }
    }

    /// True at the second time within a while.
    pub(crate) fn asked_twice(&mut self, now: Instant, id: &str) -> bool {
        let before = self.armed.take();
        let again = before.is_some_and(|armed| armed.id == id && armed.until > now);
        if !again {
            self.armed = Some(Armed {
                id: id.to_owned(),
                until: now + ARMED,
            });
        }
        again
    }

    fn after_news(&mut self, now: Instant) {
        let open = self.open.as_ref().map(|(id, _)| id.as_str());
        self.rooms.forget_ended(open);
        if self.open.is_some() && self.open_room().is_none() {
            (self.open, self.window) = (None, None);
            self.say(now, "the room was deleted");
        }
        let whom = match &self.window {
            Some(Window::Rename { who, .. } | Window::Volume { who, .. }) => who,
            Some(Window::Help) | None => return,
        };
        if self
            .open_room()
            .is_none_or(|room| room.person(whom).is_none())
        {
            self.window = None;
            self.say(now, "who was chosen has left");
        }
    }

    fn done(&mut self, now: Instant, deed: &Deed, done: Result<(), String>) {
        let is_name = matches!(
            deed,
            Deed::SetPerson {
                change: Change::Name(_),
                ..
            }
        );
        match done {
            Ok(()) => {
                if is_name {
                    self.window
                        .take_if(|window| matches!(window, Window::Rename { .. }));
                }
                if let Some(said) = said(deed) {
                    self.say(now, said);
                }
            }
            Err(why) => {
                if is_name && let Some(Window::Rename { step, .. }) = &mut self.window {
                    *step = Renaming::Refused(why);
                } else {
                    self.complain(now, why);
                }
            }
        }
    }

    /// Durations are counted by the server's clock, which may be off from ours.
    fn set_clock(&mut self, status: &StatusView, now: Instant) {
        let Some(started_at) = read_rfc3339(&status.started_at) else {
            return;
        };
        let wall = started_at.0.saturating_add(status.uptime_seconds * 1_000);
        // Its uptime is told in whole seconds.
        if wall.abs_diff(self.clock.at(now).0) > CLOCKS_APART_MS {
            self.clock = WallClock {
                mono: now,
                wall: UnixMillis(wall),
            };
        }
    }
}

/// What the events would not tell.
fn said(deed: &Deed) -> Option<&'static str> {
    match deed {
        Deed::SetRoom { change, .. } | Deed::SetPerson { change, .. } => match change {
            Change::MutedAll(true) => Some("everybody is muted; M lets all be heard again"),
            Change::MutedAll(false) => Some("everybody can be heard"),
            Change::Name(_) => Some("renamed"),
            Change::Recording(true) => Some("recording; everybody was told"),
            Change::Recording(false) => Some("the recording has ended"),
            Change::Locked(true) => Some("locked: nobody else gets in"),
            Change::Locked(false) => Some("unlocked"),
            Change::Muted(_) | Change::Speaks | Change::VolumeDb(_) => None,
        },
        Deed::Remove { .. } => Some("removed"),
        Deed::Admit { .. } => Some("on the way in"),
        Deed::TurnAway { .. } => Some("turned away"),
    }
}

const SECOND: Duration = Duration::from_secs(1);
/// Long enough to read two lines.
const NOTICE_SHOWN: Duration = Duration::from_secs(6);
/// As on the console.
const ARMED: Duration = Duration::from_secs(5);
/// A minute at the door is too long: seen half a minute later at most.
const READ_EVERY: Duration = Duration::from_secs(30);
const CLOCKS_APART_MS: u64 = 2_000;

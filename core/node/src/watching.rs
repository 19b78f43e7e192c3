//! Telephones that subscribed to a room: who may, and what they are told when; writes no XML.

use std::collections::BTreeMap;
use std::net::IpAddr;
use std::time::Instant;

use conclave_api::{LiveView, MuterName, ParticipantView, PinRoleName, masked};
use conclave_call::Dialled;
use conclave_display::{Conference, ConferenceUser, EndpointStatus, LampState, lamp, presence};
use conclave_model::{Origin, RoomId, limits};
use conclave_sip::{
    Answer, Event as SipEvent, Package, Path, Subscribing, SubscriptionEnd, SubscriptionId,
};

use crate::Node;
use crate::node::{Service, Sleeper};

/// What may be subscribed to.
pub(crate) const PACKAGES: &[Package] = &[CONFERENCE, DIALOG, PRESENCE];

/// RFC 4575: who is in the room.
const CONFERENCE: Package = Package {
    name: "conference",
    content_type: Conference::CONTENT_TYPE,
};
/// RFC 4235: whether anybody is.
const DIALOG: Package = Package {
    name: "dialog",
    content_type: "application/dialog-info+xml",
};
/// RFC 3856: the same for those who have a list of contacts.
const PRESENCE: Package = Package {
    name: "presence",
    content_type: "application/pidf+xml",
};

/// All who are told, and when that was last.
#[derive(Debug, Default)]
pub(crate) struct Watchers {
    all: BTreeMap<SubscriptionId, Watcher>,
    looked_at: Option<Instant>,
}

#[derive(Debug)]
struct Watcher {
    room: RoomId,
    number: String,
    host: String,
    package: Package,
    /// Of the next document.
    version: u32,
    told: Option<Told>,
}

/// What a watcher knows.
#[derive(Debug, PartialEq)]
enum Told {
    Who(Conference),
    Whether(LampState),
}

impl Node {
    /// Takes what is about subscriptions; gives back what is not.
    pub(crate) fn watched(&mut self, now: Instant, event: SipEvent) -> Option<SipEvent> {
        if let SipEvent::Subscribing { id, wish } = event {
            self.subscribing(now, id, &wish);
            return None;
        }
        if let SipEvent::Resubscribed { id } = event {
            if let Some(watcher) = self.watchers.all.get_mut(&id) {
                watcher.told = None;
            }
            self.tell_watcher(now, id);
            return None;
        }
        if let SipEvent::Notified { id } = event {
            // What happened while it was on its way waits for the next look, too.
            self.outbox.has_news |= self.watchers.all.contains_key(&id);
            return None;
        }
        if let SipEvent::SubscriptionEnded { id } = event {
            self.watchers.all.remove(&id);
            return None;
        }
        Some(event)
    }

    fn subscribing(&mut self, now: Instant, id: SubscriptionId, wish: &Subscribing) {
        match self.watcher_of(wish) {
            Ok(watcher) => {
                self.watchers.all.insert(id, watcher);
                self.ua.subscribed(now, id);
                self.tell_watcher(now, id);
            }
            Err(answer) => self.ua.refuse_subscription(now, id, &answer),
        }
    }

    /// Whether there is somebody in a room is for every neighbour and every telephone of ours; who
    /// it is, for those alone who are in it: the roster is not behind a PIN otherwise.
    fn watcher_of(&self, wish: &Subscribing) -> Result<Watcher, Answer> {
        if self.service != Service::Open {
            return Err(Answer::new(503));
        }
        match self.origin_at(wish.path.remote.ip()) {
            Origin::Phone(_) | Origin::Neighbour => {}
            Origin::Trunk(_) | Origin::Stranger => return Err(Answer::new(403)),
        }
        let number = Dialled::parse(&wish.about).number;
        let Some(room) = self.rooms.dialled(&number) else {
            return Err(Answer::new(404));
        };
        if wish.package == CONFERENCE && !self.is_inside(room.id, wish.path.remote.ip()) {
            return Err(Answer::new(403).with_phrase("Only For Those Inside"));
        }
        Ok(Watcher {
            room: room.id,
            number,
            host: host_of(wish.path),
            package: wish.package,
            version: 0,
            told: None,
        })
    }

    /// Whether a participant of the room calls from this address.
    fn is_inside(&self, room: RoomId, address: IpAddr) -> bool {
        let Some(live) = self.live.get(room) else {
            return false;
        };
        live.room.participants().any(|one| {
            let call = self.calls.get(one.call());
            one.is_active() && call.is_some_and(|call| call.caller().remote.ip() == address)
        })
    }

    /// Everybody to whom something is new, at most once in a while: what happens in between is told
    /// together.
    pub(crate) fn tell_watchers(&mut self, now: Instant) {
        if self.watchers.all.is_empty() {
            return;
        }
        let due = self.watchers.looked_at.map(|at| at + limits::WATCH_PAUSE);
        if let Some(due) = due.filter(|due| *due > now) {
            let why = "what watchers are told is gathered";
            self.deadlines.set(Sleeper::Watchers, Some((due, why)));
            return;
        }
        self.watchers.looked_at = Some(now);
        let all: Vec<SubscriptionId> = self.watchers.all.keys().copied().collect();
        for id in all {
            self.tell_watcher(now, id);
        }
    }

    fn tell_watcher(&mut self, now: Instant, id: SubscriptionId) {
        let Some(watcher) = self.watchers.all.get(&id) else {
            return;
        };
        let record = self.rooms.get(watcher.room);
        let Some(record) = record.filter(|one| one.extension.as_str() == watcher.number) else {
            let why = SubscriptionEnd::NoResource;
            self.ua.end_subscription(now, id, why);
            self.watchers.all.remove(&id);
            return;
        };
        let news = if watcher.package == CONFERENCE {
            Told::Who(conference(&self.live_view(now, record), watcher))
        } else {
            Told::Whether(self.lamp_of(watcher.room))
        };
        if watcher.told.as_ref() == Some(&news) {
            return;
        }
        let document = watcher.document(&news);
        if self.ua.notify(now, id, document.as_bytes())
            && let Some(watcher) = self.watchers.all.get_mut(&id)
        {
            watcher.version += 1;
            watcher.told = Some(news);
        }
    }

    fn lamp_of(&self, room: RoomId) -> LampState {
        match self.live.get(room) {
            Some(live) if live.is_occupied() => LampState::Live,
            Some(live) if live.room.participants().next().is_some() => LampState::Waited,
            Some(_) | None => LampState::Empty,
        }
    }

    /// We are going: whoever asks again finds out where we are.
    pub(crate) fn dismiss_watchers(&mut self, now: Instant) {
        for id in std::mem::take(&mut self.watchers.all).into_keys() {
            let why = SubscriptionEnd::Deactivated;
            self.ua.end_subscription(now, id, why);
        }
        self.deadlines.set(Sleeper::Watchers, None);
    }
}

impl Watcher {
    fn uri(&self) -> String {
        format!("sip:{}@{}", self.number, self.host)
    }

    fn document(&self, news: &Told) -> String {
        match (news, &self.told) {
            (Told::Who(now), Some(Told::Who(before))) => now
                .since(before, self.version)
                .unwrap_or_else(|| now.whole(self.version)),
            (Told::Who(now), None | Some(Told::Whether(_))) => now.whole(self.version),
            (Told::Whether(state), _) if self.package == PRESENCE => presence(&self.uri(), *state),
            (Told::Whether(state), _) => lamp(&self.uri(), *state, self.version),
        }
    }
}

fn conference(live: &LiveView, watcher: &Watcher) -> Conference {
    let host = &watcher.host;
    Conference {
        uri: watcher.uri(),
        title: live.title.clone(),
        is_locked: live.locked,
        is_recorded: live.recording.is_some(),
        users: live
            .participants
            .iter()
            .map(|one| ConferenceUser {
                // The number would be another's as well, or somebody's secret.
                uri: format!("sip:{}@{host}", one.id),
                name: one.name.clone().unwrap_or_else(|| masked(&one.number)),
                is_moderator: one.role == PinRoleName::Moderator,
                status: status_of(one),
                joined_at: one.joined_at.clone(),
                is_muted: one.muted,
            })
            .collect(),
    }
}

fn status_of(one: &ParticipantView) -> EndpointStatus {
    if one.held || one.away {
        return EndpointStatus::OnHold;
    }
    match one.muted_by {
        Some(MuterName::Moderator | MuterName::Room) => EndpointStatus::MutedViaFocus,
        Some(MuterName::Oneself) | None => EndpointStatus::Connected,
    }
}

/// As the watcher reaches us.
fn host_of(path: Path) -> String {
    let standard = if path.transport.is_secure() {
        5_061
    } else {
        5_060
    };
    match path.local.ip() {
        ip if path.local.port() != standard => {
            std::net::SocketAddr::new(ip, path.local.port()).to_string()
        }
        IpAddr::V6(six) => format!("[{six}]"),
        IpAddr::V4(four) => four.to_string(),
    }
}

//! The node's front desk: hands every input to the part that owns it, decides nothing.

use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;
use std::time::Instant;

use conclave_call::not_inside;
use conclave_contract::{Command, Event as MediaEvent};
use conclave_model::{
    CallId, Chance, LegId, LocalIds, PlaylistName, RegistrationRecord, RoomId, RoomRecord, TrunkId,
};
use conclave_numbers::Book;
use conclave_registrar::Registrar;
use conclave_room::Shelf;
use conclave_sip::digest::Authority;
use conclave_sip::{Event as SipEvent, SessionId, TextId, Transmit, Ua, UaConfig, Why};
use conclave_trunk::Trunks;

use crate::calls::Calls;
use crate::deadlines::Deadlines;
use crate::extensions::Extensions;
use crate::follow::Work;
use crate::guarding::Gate;
use crate::ladders::Ladders;
use crate::live::Live;
use crate::load_judge::LoadJudge;
use crate::menus::MenuShelf;
use crate::outbox::Outbox;
use crate::phones::Phones;
use crate::profiles::ProfileShelf;
use crate::rooms::Rooms;
use crate::stored::Pending;
use crate::watching::{PACKAGES, Watchers};
use crate::{Event, Input, NodeConfig, StoreTicket};

/// One running server's control brain, sans-IO: feed it, then drain [`Node::poll_transmit`],
/// [`Node::poll_command`] and [`Node::poll_event`] to the end, then wait until
/// [`Node::poll_timeout`].
pub struct Node {
    pub(crate) config: NodeConfig,
    pub(crate) chance: Chance,
    pub(crate) ids: LocalIds,
    pub(crate) ua: Ua,
    pub(crate) calls: Calls,
    pub(crate) rooms: Rooms,
    pub(crate) live: Live,
    pub(crate) playlists: Vec<PlaylistName>,
    pub(crate) shelf: Arc<Shelf>,
    pub(crate) extensions: Extensions,
    pub(crate) menus: MenuShelf,
    pub(crate) profiles: ProfileShelf,
    pub(crate) phones: Phones,
    pub(crate) registrar: Registrar,
    pub(crate) authority: Authority,
    pub(crate) trunks: Trunks,
    pub(crate) numbers: Book,
    /// Who waits for the test of a trunk.
    pub(crate) trunk_askers: BTreeMap<TrunkId, Vec<crate::RequestId>>,
    pub(crate) pending: BTreeMap<StoreTicket, Pending>,
    pub(crate) tickets: u64,
    /// Requests for a room whose last change is not stored yet, in their order.
    pub(crate) waiting: VecDeque<(crate::RequestId, conclave_api::Request)>,
    pub(crate) work: VecDeque<Work>,
    pub(crate) outbox: Outbox,
    pub(crate) deadlines: Deadlines<Sleeper>,
    pub(crate) service: Service,
    pub(crate) load: LoadJudge,
    pub(crate) ladders: Ladders,
    pub(crate) guard: Gate,
    pub(crate) watchers: Watchers,
    #[cfg(test)]
    pub(crate) poison: crate::lending::Poison,
}

/// Who asked to be woken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Sleeper {
    Call(CallId),
    Room(RoomId),
    /// A guess of this call waits for its answer.
    Guess(CallId),
    Watchers,
}

/// Whether calls are taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Service {
    Open,
    /// Saying goodbye.
    Closing,
    /// And said so.
    Closed,
}

impl Node {
    /// `rooms` are the records as the store has them.
    #[must_use]
    pub fn new(config: NodeConfig, rooms: Vec<RoomRecord>, mut chance: Chance) -> Self {
        let ua_config = UaConfig {
            server_name: config.name.clone(),
            copies: true,
            registers: true,
            packages: PACKAGES,
            ..UaConfig::default()
        };
        let phones = Phones::new(config.phones.clone());
        let mut registrar = Registrar::new(config.wall);
        let kept = config.registrations.iter().cloned();
        let may_register = |kept: &RegistrationRecord| {
            let phone = phones.get(kept.phone);
            phone.is_some_and(|phone| phone.enabled)
        };
        registrar.restore(config.wall.mono, kept.filter(may_register).collect());
        let mut node = Self {
            ua: Ua::new(ua_config, chance.fork()),
            authority: Authority::new(&config.sip_domain, chance.fork())
                .offering(config.digest.clone()),
            phones,
            registrar,
            rooms: Rooms::new(rooms),
            playlists: config.playlists.clone(),
            shelf: Arc::clone(&config.shelf),
            extensions: Extensions::new(config.extensions.clone()),
            menus: MenuShelf::new(config.menus.clone()),
            profiles: ProfileShelf::new(config.profiles.clone()),
            guard: Gate::new(&config),
            numbers: Book::new(config.numbers.clone()),
            config,
            chance,
            ids: LocalIds::default(),
            calls: Calls::default(),
            live: Live::default(),
            trunks: Trunks::default(),
            trunk_askers: BTreeMap::new(),
            pending: BTreeMap::new(),
            tickets: 0,
            waiting: VecDeque::new(),
            work: VecDeque::new(),
            outbox: Outbox::default(),
            deadlines: Deadlines::default(),
            service: Service::Open,
            load: LoadJudge::new(),
            ladders: Ladders::default(),
            watchers: Watchers::default(),
            #[cfg(test)]
            poison: crate::lending::Poison::default(),
        };
        node.begin_trunks();
        node
    }

    pub fn handle_input(&mut self, now: Instant, input: Input<'_>) {
        match input {
            Input::Datagram { path, bytes } => self.datagram_came(now, path, bytes),
            Input::StreamOpened { conn, path } => self.stream_came(now, conn, path),
            Input::Stream { conn, bytes } => self.segment_came(now, conn, bytes),
            Input::StreamClosed { conn } => {
                self.ua.handle_stream_closed(now, conn);
                self.unregister_stream(now, conn);
                self.with_trunks(now, |trunks, turn| trunks.stream_closed(turn, conn));
            }
            Input::ConnectFailed { path } => self.ua.handle_connect_failed(now, path),
            Input::LookedUp { lookup, result } => self.looked_up(now, lookup, result),
            Input::Media(event) => self.media(now, event),
            Input::Video(event) => self.video(now, &event),
            Input::Request { ticket, request } => self.request(now, ticket, request),
            Input::Stored { ticket, result } => self.stored(now, ticket, result),
            Input::Load(workers) => self.load_read(now, workers),
            Input::Playlists(playlists) => self.playlists = playlists,
            Input::Sounds(shelf) => self.renew_shelf(&shelf),
            Input::TapeEnded(recording) => self.tape_ended(now, recording),
            Input::Shutdown => self.shut_down(now),
        }
        self.settle(now);
    }

    /// The deadline of [`Node::poll_timeout`] has come; early or late calls do no harm.
    pub fn handle_timeout(&mut self, now: Instant) {
        self.guard.guard.handle_timeout(now);
        self.ua.handle_timeout(now);
        self.unregister_late(now);
        self.wake_trunks(now);
        self.settle(now);
        // Each once: who sets a deadline that has passed is woken by the next call, not by this.
        let due: Vec<Sleeper> = std::iter::from_fn(|| self.deadlines.take_due(now)).collect();
        for sleeper in due {
            match sleeper {
                Sleeper::Call(id) => {
                    self.with_call(now, id, |call, turn| call.handle_timeout(turn));
                }
                Sleeper::Room(id) => {
                    self.with_room(now, id, |room, turn| room.handle_timeout(turn));
                }
                Sleeper::Guess(id) => self.answer_held(now, id),
                Sleeper::Watchers => self.tell_watchers(now),
            }
            self.settle(now);
        }
        self.store_ladders(now);
    }

    #[must_use]
    pub fn poll_timeout(&self) -> Option<(Instant, Why)> {
        let earliest = [
            self.ua.poll_timeout(),
            self.deadlines.first(),
            self.ladders.poll_timeout(),
            self.guard.guard.poll_timeout(),
            self.registrar.poll_timeout(),
            self.trunks_deadline(),
        ];
        earliest.into_iter().flatten().min_by_key(|(at, _)| *at)
    }

    /// SIP for the wire.
    pub fn poll_transmit(&mut self) -> Option<Transmit> {
        self.next_transmit()
    }

    /// Words for the media plane, in order.
    pub fn poll_command(&mut self) -> Option<Command> {
        self.outbox.commands.pop_front()
    }

    pub fn poll_event(&mut self) -> Option<Event> {
        let closed = || self.ua.poll_close().map(Event::CloseConn);
        self.outbox.events.pop_front().or_else(closed)
    }

    /// What the wire brought and what it was refused, for the metrics.
    #[must_use]
    pub fn sip_counters(&self) -> &conclave_sip::Counters {
        self.ua.counters()
    }

    #[cfg(test)]
    pub(crate) fn ua_subscriptions(&self) -> usize {
        self.ua.subscriptions()
    }

    /// Carries out everything that follows from an input, and what follows from that.
    fn settle(&mut self, now: Instant) {
        loop {
            if let Some(work) = self.work.pop_front() {
                self.follow(now, work);
            } else if let Some(event) = self.ua.poll_event() {
                self.sip(now, event);
            } else {
                break;
            }
        }
        self.tell_of_blocks();
        if std::mem::take(&mut self.outbox.has_news) {
            self.tell_watchers(now);
        }
        self.file_copies(now);
        self.ladders.forget_unclaimed();
        self.report_shutdown(now);
    }

    /// Before a call's messages are asked for, those that came and went meanwhile.
    pub(crate) fn file_copies(&mut self, now: Instant) {
        let at = self.config.wall.at(now);
        let copies = std::iter::from_fn(|| self.ua.poll_copy());
        self.ladders.file(at, copies);
    }

    fn sip(&mut self, now: Instant, event: SipEvent) {
        if let SipEvent::Incoming { session, call } = event {
            self.incoming(now, session, &call);
            return;
        }
        if let SipEvent::Asked { id, asked } = event {
            self.asked(now, id, &asked);
            return;
        }
        if let SipEvent::RequestAnswered { request, answer } = event {
            self.with_trunks(now, |trunks, turn| trunks.answered(turn, request, &answer));
            return;
        }
        if let SipEvent::RequestFailed { request, why } = event {
            self.with_trunks(now, |trunks, turn| trunks.failed(turn, request, why));
            return;
        }
        let Some(event) = self.watched(now, event) else {
            return;
        };
        let call = session_of(&event).and_then(|session| self.calls.of_session(session));
        if let Some(text) = text_of(&event) {
            let is_gone = |id| self.calls.get(id).is_none_or(conclave_call::Call::is_gone);
            if call.is_none_or(is_gone) {
                self.ua.answer_text(now, text, Err(not_inside()));
                return;
            }
        }
        if let Some(id) = call {
            if matches!(event, SipEvent::Acknowledged { .. }) {
                self.caller_hears_us(id);
            }
            self.with_call(now, id, |call, turn| call.sip(turn, event));
        }
    }

    fn media(&mut self, now: Instant, event: MediaEvent) {
        let owner = match &event {
            MediaEvent::AnnounceDone { stage, play } => {
                let play = *play;
                if let Some(id) = self.live.of_stage(*stage) {
                    self.with_room(now, id, |room, turn| room.announced(turn, play));
                }
                return;
            }
            MediaEvent::StageFailed { stage } => {
                if let Some(id) = self.live.of_stage(*stage) {
                    self.outbox.error(format!(
                        "The stage of room {id} failed; everybody is told so"
                    ));
                    self.with_room(now, id, |room, turn| room.stage_failed(turn));
                }
                return;
            }
            MediaEvent::LegOpened { leg, .. }
            | MediaEvent::LegFailed { leg, .. }
            | MediaEvent::LegClosed { leg, .. }
            | MediaEvent::Digit { leg, .. }
            | MediaEvent::PlayDone { leg, .. }
            | MediaEvent::Recorded { leg, .. }
            | MediaEvent::Talking { leg, .. }
            | MediaEvent::Quality { leg, .. }
            | MediaEvent::MediaStarted { leg, .. }
            | MediaEvent::Datagram { leg, .. }
            | MediaEvent::MediaLost { leg } => self.owner(*leg),
        };
        if let Some(id) = owner {
            self.with_call(now, id, |call, turn| call.media(turn, event));
        }
    }

    fn renew_shelf(&mut self, shelf: &Arc<Shelf>) {
        self.shelf = Arc::clone(shelf);
        for id in self.live.ids() {
            if let Some(live) = self.live.get_mut(id) {
                live.room.set_shelf(Arc::clone(shelf));
            }
        }
    }

    fn owner(&self, leg: LegId) -> Option<CallId> {
        self.calls.of_leg(leg)
    }
}

fn text_of(event: &SipEvent) -> Option<TextId> {
    match event {
        SipEvent::Text { id, .. } => Some(*id),
        SipEvent::Incoming { .. }
        | SipEvent::Asked { .. }
        | SipEvent::Subscribing { .. }
        | SipEvent::Resubscribed { .. }
        | SipEvent::Notified { .. }
        | SipEvent::SubscriptionEnded { .. }
        | SipEvent::Cancelled { .. }
        | SipEvent::Acknowledged { .. }
        | SipEvent::Reoffered { .. }
        | SipEvent::Info { .. }
        | SipEvent::Progress { .. }
        | SipEvent::Answered { .. }
        | SipEvent::Refused { .. }
        | SipEvent::OfferAnswered { .. }
        | SipEvent::RequestAnswered { .. }
        | SipEvent::RequestFailed { .. }
        | SipEvent::Ended { .. } => None,
    }
}

/// `None`: it is of none.
fn session_of(event: &SipEvent) -> Option<SessionId> {
    match event {
        SipEvent::Incoming { session, .. }
        | SipEvent::Cancelled { session }
        | SipEvent::Acknowledged { session, .. }
        | SipEvent::Reoffered { session, .. }
        | SipEvent::Info { session, .. }
        | SipEvent::Text { session, .. }
        | SipEvent::Progress { session, .. }
        | SipEvent::Answered { session, .. }
        | SipEvent::Refused { session, .. }
        | SipEvent::OfferAnswered { session, .. }
        | SipEvent::Ended { session, .. } => Some(*session),
        SipEvent::Asked { .. } => None,
        SipEvent::Subscribing { .. }
        | SipEvent::Resubscribed { .. }
        | SipEvent::Notified { .. }
        | SipEvent::SubscriptionEnded { .. } => None,
        SipEvent::RequestAnswered { .. } | SipEvent::RequestFailed { .. } => None,
    }
}

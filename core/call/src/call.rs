//! One call and everything that can happen to it; the steps are in its sibling files.

use std::time::Instant;

use conclave_contract::{Command, LegStats, Segment};
use conclave_dtls::Identity;
use conclave_ivr::{EntryInput, PinVerdict, RefusedEntry, ServicePlan, Wording};
use conclave_model::{
    CallEnd, CallId, CallMoment, Codec, Encryption, Language, LegId, LineGrade, LineQuality,
    ParticipantId, SrtpPolicy, StageId, UnixMillis, limits,
};
use conclave_sip::{IncomingCall, SessionId, Why};

use crate::digits::DigitGate;
use crate::handshaking::Handshaking;
use crate::history::History;
use crate::negotiation::Negotiation;
use crate::pictures::Pictures;
use crate::state::CallState;
use crate::unanswered::Taking;
use crate::visiting::Home;
use crate::{Caller, Dialled, Output, Purpose, RoomName, SipAction, Turn, refusal_for};

/// One relationship with one caller.
///
/// Feed it what happens to its session and its leg, carry out what it puts into the [`Turn`], in
/// that order, and drop it after [`Output::Ended`], which always comes.
#[derive(Debug)]
pub struct Call {
    pub(crate) ids: CallIds,
    pub(crate) caller: Caller,
    pub(crate) dialled: Dialled,
    pub(crate) purpose: Purpose,
    pub(crate) negotiation: Negotiation,
    pub(crate) handshaking: Handshaking,
    pub(crate) pictures: Pictures,
    pub(crate) digits: DigitGate,
    pub(crate) history: History,
    pub(crate) belonging: Belonging,
    /// `None`: it is on no visit.
    pub(crate) home: Option<Home>,
    pub(crate) held: bool,
    pub(crate) taking: Taking,
    /// Since when the caller can hear us.
    pub(crate) heard_since: Option<UnixMillis>,
    pub(crate) line: Option<(LineQuality, LineGrade)>,
    pub(crate) state: CallState,
}

/// The names under which others know a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CallIds {
    pub call: CallId,
    pub session: SessionId,
    pub leg: LegId,
    /// Under which a room knows it.
    pub participant: ParticipantId,
}

/// A call that has just come in, and what it came for.
#[derive(Debug)]
pub struct Newcomer<'a> {
    pub ids: CallIds,
    pub incoming: &'a IncomingCall,
    pub caller: Caller,
    pub dialled: Dialled,
    pub purpose: Purpose,
    /// The stage of the room, so that the leg is opened near it.
    pub near: Option<StageId>,
    /// So many video lines are accepted.
    pub video_lines: u8,
    pub srtp: SrtpPolicy,
    /// What is shown at handshakes; `None`: none is done.
    pub identity: Option<Identity>,
}

/// Whether the room that the call came for, or that of its seat, still counts it in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Belonging {
    ToRoom,
    ToNone,
}

impl Call {
    /// A caller rang. Without a codec in common the call is refused and has ended when this
    /// returns.
    #[must_use]
    pub fn incoming(turn: &mut Turn<'_>, newcomer: Newcomer<'_>) -> Self {
        let Newcomer {
            ids,
            incoming,
            caller,
            dialled,
            purpose,
            near,
            video_lines,
            srtp,
            identity,
        } = newcomer;
        let tls = Handshaking::tls_side(identity.as_ref());
        let reached_at = incoming.path.local.ip();
        let belonging = match &purpose {
            Purpose::Enter { .. } => Belonging::ToRoom,
            Purpose::TurnAway { .. }
            | Purpose::Serve { .. }
            | Purpose::NoSuchRoom { .. }
            | Purpose::Busy { .. } => Belonging::ToNone,
        };
        let mut call = Self {
            ids,
            caller,
            dialled,
            purpose,
            negotiation: Negotiation::new(reached_at, video_lines, (srtp, tls), turn.chance),
            handshaking: Handshaking::new(identity),
            pictures: Pictures::default(),
            digits: DigitGate::default(),
            history: History::beginning_at(turn.wall),
            belonging,
            home: None,
            held: false,
            taking: Taking::Answers,
            heard_since: None,
            line: None,
            state: CallState::Ended,
        };
        call.open(turn, incoming, near);
        call
    }

    #[must_use]
    pub fn ids(&self) -> CallIds {
        self.ids
    }

    #[must_use]
    pub fn caller(&self) -> &Caller {
        &self.caller
    }

    #[must_use]
    pub fn dialled(&self) -> &Dialled {
        &self.dialled
    }

    /// The room it came for.
    #[must_use]
    pub fn room(&self) -> Option<&RoomName> {
        self.purpose.room()
    }

    /// What it came for, or went to from its seat, if that is no room.
    #[must_use]
    pub fn service(&self) -> Option<&ServicePlan> {
        match &self.purpose {
            Purpose::Serve { plan } => Some(plan),
            Purpose::Enter { .. }
            | Purpose::TurnAway { .. }
            | Purpose::NoSuchRoom { .. }
            | Purpose::Busy { .. } => None,
        }
    }

    /// The caller put us on hold.
    #[must_use]
    pub fn is_held(&self) -> bool {
        self.held
    }

    /// How the line does, as heard last; `None` until there was something to measure.
    #[must_use]
    pub fn line(&self) -> Option<(LineQuality, LineGrade)> {
        self.line
    }

    /// `None` before the answer.
    #[must_use]
    pub fn answered_at(&self) -> Option<UnixMillis> {
        self.history.answered_at
    }

    /// Since when the caller can hear us, answered or not; `None` before.
    #[must_use]
    pub fn heard_since(&self) -> Option<UnixMillis> {
        self.heard_since
    }

    /// What we send; `None` until it is agreed.
    #[must_use]
    pub fn codec(&self) -> Option<Codec> {
        self.history.codec
    }

    /// How the sound is protected, as it was agreed last.
    #[must_use]
    pub fn encryption(&self) -> Option<Encryption> {
        self.history.encryption
    }

    /// Whether it holds a port for no more than a sentence of refusal.
    #[must_use]
    pub fn is_refused_early(&self) -> bool {
        self.purpose.unanswered_end().is_some()
    }

    #[must_use]
    pub fn has_ended(&self) -> bool {
        matches!(self.state, CallState::Ended)
    }

    /// A word for a log line.
    #[must_use]
    pub fn state_name(&self) -> &'static str {
        self.state.name()
    }

    /// The door's answer to [`Output::TryPin`], or that it asks for no PIN any more.
    pub fn pin(&mut self, turn: &mut Turn<'_>, verdict: PinVerdict) {
        match verdict {
            PinVerdict::Wrong { .. } => {
                self.history.pins_wrong = self.history.pins_wrong.saturating_add(1);
                self.history.timeline.note(turn.wall, CallMoment::PinWrong);
            }
            PinVerdict::Accepted | PinVerdict::AcceptedAs(_) => {
                self.history.timeline.note(turn.wall, CallMoment::PinRight);
            }
            PinVerdict::NotYet => {}
        }
        if let CallState::ShowingPin { plan, keys } = &mut self.state {
            let (mut plan, keys) = (plan.clone(), std::mem::take(keys));
            plan.ask_pin &= !verdict.opens();
            plan.follow(verdict);
            self.begin_entry(turn, plan, keys);
        } else if let CallState::Opening { .. } | CallState::Answering { .. } = self.state {
            // It came unasked: there will be nothing to ask.
            if let (Purpose::Enter { plan, .. }, true) = (&mut self.purpose, verdict.opens()) {
                plan.ask_pin = false;
            }
        } else {
            self.feed_entry(turn, EntryInput::Pin(verdict));
        }
    }

    /// The room does not take the caller.
    pub fn turned(&mut self, turn: &mut Turn<'_>, why: RefusedEntry) {
        if self.home.is_none() {
            self.belonging = Belonging::ToNone;
        }
        if let CallState::ShowingPin { .. } = self.state {
            self.say_farewell(turn, why.end(), None);
        } else {
            self.feed_entry(turn, EntryInput::Turned(why));
        }
    }

    /// The room took the caller in.
    pub fn admitted(&mut self, turn: &mut Turn<'_>) {
        if let CallState::Entering(_) = self.state {
            self.history.joined_at.get_or_insert(turn.wall);
            self.history.timeline.note(turn.wall, CallMoment::Joined);
            self.state = CallState::InRoom;
            self.offer_pictures(turn);
        }
    }

    /// Others hear the caller no longer, or again.
    pub fn muted(&mut self, turn: &mut Turn<'_>, muted: bool) {
        let moment = if muted {
            CallMoment::Muted
        } else {
            CallMoment::Unmuted
        };
        self.history.timeline.note(turn.wall, moment);
    }

    /// The caller goes on in another room. The call log will name that one.
    pub fn moved(&mut self, to: RoomName, language: Language) {
        if let Purpose::Enter { room, plan } = &mut self.purpose {
            *room = to;
            plan.language = language;
            plan.wording = Wording::default();
        }
    }

    /// The room, or the whole server, has no place for the caller any more, who is out of the room
    /// already: says so and hangs up. `words`: in the place of ours, maybe none.
    pub fn dismiss(&mut self, turn: &mut Turn<'_>, end: CallEnd, words: Option<Vec<Segment>>) {
        self.note_leaving(turn);
        self.belonging = Belonging::ToNone;
        match self.state {
            CallState::Opening { .. } => self.refuse(turn, end),
            CallState::ShowingPin { .. }
            | CallState::Entering(_)
            | CallState::InRoom
            | CallState::Serving(_) => self.say_farewell(turn, end, words),
            CallState::Answering { .. } => self.hang_up(turn, end),
            CallState::Refusing { .. }
            | CallState::Leaving { .. }
            | CallState::Closing { .. }
            | CallState::Ended => {}
        }
    }

    /// Ends the call at once and without a word, as after a fault of ours.
    pub fn abort(&mut self, turn: &mut Turn<'_>, end: CallEnd) {
        match self.state {
            CallState::Opening { .. } | CallState::Refusing { .. } => {
                self.refuse(turn, end);
            }
            CallState::Answering { .. }
            | CallState::ShowingPin { .. }
            | CallState::Entering(_)
            | CallState::InRoom
            | CallState::Serving(_)
            | CallState::Leaving { .. } => self.hang_up(turn, end),
            CallState::Closing { .. } | CallState::Ended => {}
        }
    }

    /// The deadline of [`Call::poll_timeout`] has come; early or late calls do no harm.
    pub fn handle_timeout(&mut self, turn: &mut Turn<'_>) {
        self.unanswered_timeout(turn);
        self.handshake_timeout(turn);
        match &mut self.state {
            CallState::Opening { until } if *until <= turn.now => {
                self.refuse(turn, CallEnd::ServerBusy);
            }
            CallState::Closing { until, .. } if *until <= turn.now => {
                self.finish(turn, &LegStats::default());
            }
            CallState::Opening { .. } | CallState::Closing { .. } => {}
            CallState::Refusing { .. } | CallState::Leaving { .. } => self.farewell_timeout(turn),
            CallState::Entering(_) => self.entry_timeout(turn),
            CallState::Serving(_) => self.service_timeout(turn),
            CallState::Answering { .. }
            | CallState::ShowingPin { .. }
            | CallState::InRoom
            | CallState::Ended => {}
        }
    }

    #[must_use]
    pub fn poll_timeout(&self) -> Option<(Instant, Why)> {
        let unanswered = self.next_unanswered().into_iter();
        let next = unanswered.chain(self.state.poll_timeout());
        let next = next.chain(self.next_handshake());
        next.min_by_key(|(at, _)| *at)
    }

    fn open(&mut self, turn: &mut Turn<'_>, incoming: &IncomingCall, near: Option<StageId>) {
        let unanswered = self.purpose.unanswered_end();
        if let Some(end) = unanswered
            && (!self.purpose.early_media() || incoming.offer.is_none())
        {
            self.refuse_unopened(turn, end);
            return;
        }
        let offer = incoming.offer.as_ref().map(|offer| offer.0.as_slice());
        match self.negotiation.begin(offer) {
            Ok(spec) => {
                self.history.codec = Some(spec.send.codec);
                let spec = self.agree(turn, spec);
                self.state = CallState::Opening {
                    until: turn.now + limits::LEG_PATIENCE,
                };
                self.open_pictures(turn);
                turn.media(Command::OpenLeg {
                    leg: self.ids.leg,
                    near,
                    reached_at: Some(self.negotiation.reached_at()),
                    spec: Box::new(spec),
                });
            }
            Err(refused) => {
                let end = unanswered.unwrap_or(refused.end());
                self.refuse_unopened(turn, end);
            }
        }
    }

    /// Refuses a call that has no leg yet.
    fn refuse_unopened(&mut self, turn: &mut Turn<'_>, end: CallEnd) {
        turn.sip(SipAction::Refuse(refusal_for(end)));
        self.leave_room(turn, end);
        self.state = CallState::closing(turn, end);
        self.finish(turn, &LegStats::default());
    }

    pub(crate) fn leave_room(&mut self, turn: &mut Turn<'_>, end: CallEnd) {
        self.note_leaving(turn);
        if self.belonging == Belonging::ToRoom {
            self.belonging = Belonging::ToNone;
            turn.out.push(Output::Left(end));
        }
    }

    fn note_leaving(&mut self, turn: &Turn<'_>) {
        if self.belonging == Belonging::ToRoom && self.history.joined_at.is_some() {
            self.history.timeline.note(turn.wall, CallMoment::Left);
        }
    }
}

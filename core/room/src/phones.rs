//! Events of the room for those phones that want them, as ConfBridge has them; writes no JSON.

use std::collections::BTreeSet;

use conclave_model::confbridge::VideoMode;
use conclave_model::{Allowance, CallId, Language, ParticipantId, limits};

use crate::{Participant, Room, RoomNews, RoomOutput, Turn};

/// What events are sent as: ConfBridge's code says the first, its manual the second.
pub const EVENT_TYPES: [&str; 2] = [
    "application/x-asterisk-confbridge-event+json",
    "text/x-ast-confbridge-event",
];

/// Something that phones are told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PhoneEvent {
    pub kind: PhoneEventKind,
    /// Whom it is about; nobody where it is about the room.
    pub about: Vec<Seated>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PhoneEventKind {
    /// To one who has just come in, or is told of events from now on: about all who are in.
    Welcome,
    Join,
    Leave,
    Mute,
    Unmute,
    Talking {
        on: bool,
    },
    Record,
    StopRecord,
    Lock,
    Unlock,
}

/// One participant as the others' phones show them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Seated {
    pub participant: ParticipantId,
    pub call: CallId,
    pub name: String,
    /// Its last digits.
    pub number: String,
    pub language: Language,
    pub admin: bool,
    pub marked: bool,
    pub muted: bool,
    pub talking: bool,
}

/// Which phones know what.
#[derive(Debug)]
pub(crate) struct Phones {
    /// All who are in, as told last.
    listed: BTreeSet<ParticipantId>,
    /// Those who know who is in.
    welcomed: BTreeSet<ParticipantId>,
    /// Those who went in this turn.
    gone: Vec<Seated>,
    /// Of messages to all phones together.
    pub(crate) allowance: Allowance,
}

impl Default for Phones {
    fn default() -> Self {
        Self {
            listed: BTreeSet::new(),
            welcomed: BTreeSet::new(),
            gone: Vec::new(),
            allowance: Allowance::new(limits::ROOM_TEXT_BURST, limits::ROOM_TEXTS_PER_SECOND),
        }
    }
}

/// One whose options say `send_events`.
struct Listener {
    id: ParticipantId,
    call: CallId,
    /// Is also told what they did themselves.
    echo: bool,
    /// Knows who was in before this turn.
    is_welcomed: bool,
}

impl Room {
    /// Tells phones what this turn brought. Whoever lends a turn to the room calls this last, with
    /// the output of that turn and nothing else in it.
    pub fn tell_phones(&mut self, turn: &mut Turn<'_>) {
        self.spare_the_away(turn);
        let listeners = self.listeners();
        let news: Vec<RoomNews> = turn.out.iter().filter_map(news_of).cloned().collect();
        let everybody = || self.roster.active().map(Participant::seated).collect();
        for newcomer in listeners.iter().filter(|one| !one.is_welcomed) {
            turn.out.push(RoomOutput::Tell {
                to: vec![newcomer.call],
                event: PhoneEvent {
                    kind: PhoneEventKind::Welcome,
                    about: everybody(),
                },
            });
        }
        for news in &news {
            if let Some((kind, who)) = self.kind_of(news) {
                self.tell_listeners(turn, &listeners, kind, who);
            }
        }
        self.phones.welcomed = listeners.iter().map(|one| one.id).collect();
        self.phones.gone.clear();
    }

    /// Whose pictures are shown, as events say it.
    #[must_use]
    pub fn video_mode(&self) -> VideoMode {
        self.rules.bridge.video_mode
    }

    /// Before somebody is out of the table.
    pub(crate) fn note_gone(&mut self, gone: &Participant) {
        self.phones.gone.push(gone.seated());
    }

    fn listeners(&self) -> Vec<Listener> {
        if !self.rules.bridge.enable_events {
            return Vec::new();
        }
        let reads = |one: &Participant| one.profile.text_messaging && !one.is_away();
        let wants = |one: &&Participant| one.profile.send_events && reads(one);
        let listener = |one: &Participant| Listener {
            id: one.id,
            call: one.call,
            echo: one.profile.echo_events,
            is_welcomed: self.phones.welcomed.contains(&one.id),
        };
        self.roster.active().filter(wants).map(listener).collect()
    }

    fn tell_listeners(
        &mut self,
        turn: &mut Turn<'_>,
        listeners: &[Listener],
        kind: PhoneEventKind,
        who: Option<ParticipantId>,
    ) {
        // Who comes is told of all at once what else came in this turn.
        let wants = |one: &&Listener| {
            if Some(one.id) == who {
                one.echo
            } else {
                one.is_welcomed
            }
        };
        let to: Vec<CallId> = listeners.iter().filter(wants).map(|one| one.call).collect();
        let about: Vec<Seated> = who.and_then(|who| self.seated(who)).into_iter().collect();
        if to.is_empty() || about.is_empty() && who.is_some() {
            return;
        }
        // Who is in must be told; who talks is told as far as it can be.
        let deliveries = u32::try_from(to.len()).unwrap_or(u32::MAX);
        let has_room = self.phones.allowance.take(turn.now, deliveries).is_ok();
        if has_room || !matches!(kind, PhoneEventKind::Talking { .. }) {
            let event = PhoneEvent { kind, about };
            turn.out.push(RoomOutput::Tell { to, event });
        }
    }

    /// What a piece of news is to phones, and about whom; `None`: nothing.
    fn kind_of(&mut self, news: &RoomNews) -> Option<(PhoneEventKind, Option<ParticipantId>)> {
        let kind = match news {
            RoomNews::Joined { participant, .. } => {
                self.phones.listed.insert(*participant);
                (PhoneEventKind::Join, Some(*participant))
            }
            RoomNews::Left { participant, .. }
            | RoomNews::MovedOut { participant }
            | RoomNews::Waits { participant, .. } => {
                let was_in = self.phones.listed.remove(participant);
                return was_in.then_some((PhoneEventKind::Leave, Some(*participant)));
            }
            RoomNews::Muted { participant, .. } => (PhoneEventKind::Mute, Some(*participant)),
            RoomNews::Unmuted { participant, .. } => (PhoneEventKind::Unmute, Some(*participant)),
            RoomNews::Talking {
                participant,
                talking: on,
            } => (PhoneEventKind::Talking { on: *on }, Some(*participant)),
            RoomNews::RecordingStarted { .. } => (PhoneEventKind::Record, None),
            RoomNews::RecordingStopped { .. } => (PhoneEventKind::StopRecord, None),
            RoomNews::Locked => (PhoneEventKind::Lock, None),
            RoomNews::Unlocked => (PhoneEventKind::Unlock, None),
            RoomNews::Arrived { .. }
            | RoomNews::Passed { .. }
            | RoomNews::PinWrong { .. }
            | RoomNews::TurnedAway { .. }
            | RoomNews::GaveUp { .. }
            | RoomNews::WentAway { .. }
            | RoomNews::CameBack { .. }
            | RoomNews::Hand { .. }
            | RoomNews::VolumeChanged { .. }
            | RoomNews::Renamed { .. }
            | RoomNews::RoleChanged { .. }
            | RoomNews::PicturesChanged { .. }
            | RoomNews::AllMuted { .. }
            | RoomNews::TextCame { .. }
            | RoomNews::Ended
            | RoomNews::Music { .. }
            | RoomNews::RecordingFinished { .. }
            | RoomNews::Closed => return None,
        };
        // Who is at the door or waits is on no phone's list.
        let is_listed = kind.1.is_none_or(|who| self.phones.listed.contains(&who));
        is_listed.then_some(kind)
    }

    fn seated(&self, who: ParticipantId) -> Option<Seated> {
        let here = self.roster.get(who).map(Participant::seated);
        here.or_else(|| {
            let gone = self.phones.gone.iter();
            gone.rev().find(|one| one.participant == who).cloned()
        })
    }
}

impl Participant {
    fn seated(&self) -> Seated {
        Seated {
            participant: self.id,
            call: self.call,
            name: self.label.in_public(),
            number: self.label.hidden_number(),
            language: self.language,
            admin: self.profile.admin,
            marked: self.profile.marked,
            muted: self.mute.is_muted(),
            talking: self.talking(),
        }
    }
}

fn news_of(output: &RoomOutput) -> Option<&RoomNews> {
    match output {
        RoomOutput::News(news) => Some(news),
        RoomOutput::Command(_)
        | RoomOutput::Dismiss { .. }
        | RoomOutput::LetPass { .. }
        | RoomOutput::RecordingAsked { .. }
        | RoomOutput::AwayAsked { .. }
        | RoomOutput::Video(_)
        | RoomOutput::Pictures { .. }
        | RoomOutput::Text { .. }
        | RoomOutput::Tell { .. }
        | RoomOutput::Closed => None,
    }
}

//! The meeting and the way in and out of it; sees no packet and no SIP.

use std::sync::Arc;
use std::time::Instant;

use conclave_contract::{Clip, Command, StageSpec};
use conclave_ivr::{EntryPlan, RefusedEntry};
use conclave_model::confbridge::{Profiles, RoomRules, UserProfile};
use conclave_model::{
    CallEnd, Digit, Language, ParticipantId, PersonName, RoomId, RoomRecord, StageId, limits,
};

use crate::announcer::{Announcer, Hall};
use crate::entrance::Entrance;
use crate::keys::Keys;
use crate::music::{Alone, Cue, Music};
use crate::people::SpokenNames;
use crate::phones::Phones;
use crate::pictures::Gallery;
use crate::recording::{PausedRecording, RoomRecording};
use crate::roster::Roster;
use crate::sounding::Sounding;
use crate::{
    Arrival, Counts, Door, DoorVerdict, Participant, Phase, Role, RoomNews, RoomOutput, Shelf,
    Standing, Turn, telling,
};

/// A room with somebody in it or at its door.
///
/// Made for the first call and dropped after [`RoomOutput::Closed`]. Its stage is opened before by
/// whoever makes it, and closed after. Everything is asked by participant; what is reported of one
/// who is gone is ignored. Commands for a leg may come after its end and are harmless then.
#[derive(Debug)]
pub struct Room {
    pub(crate) record: Arc<RoomRecord>,
    pub(crate) rules: RoomRules,
    pub(crate) profiles: Arc<Profiles>,
    pub(crate) stage: StageId,
    pub(crate) house_language: Language,
    pub(crate) shelf: Arc<Shelf>,
    pub(crate) door: Door,
    pub(crate) entrance: Entrance,
    pub(crate) roster: Roster,
    pub(crate) announcer: Announcer,
    pub(crate) music: Music,
    pub(crate) recording: Option<RoomRecording>,
    pub(crate) paused_recording: Option<PausedRecording>,
    /// The options had their recording.
    pub(crate) recording_asked: bool,
    pub(crate) keys: Keys,
    pub(crate) names: SpokenNames,
    pub(crate) gallery: Gallery,
    pub(crate) phones: Phones,
    pub(crate) all_muted: bool,
    /// By key: nobody is told who comes and who goes.
    pub(crate) hushed: bool,
    closed: bool,
    /// What the media plane was told of the stage.
    pub(crate) stage_spec: StageSpec,
}

/// Nobody of this id is at the door or in the room.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NotHere;

impl Room {
    /// `house_language`: the server's, spoken to all in a room whose language is automatic.
    #[must_use]
    pub fn new(record: Arc<RoomRecord>, stage: StageId, house_language: Language) -> Self {
        Self {
            door: Door::of(&record),
            rules: RoomRules::of(&record, &Profiles::default()),
            profiles: Arc::default(),
            record,
            stage,
            house_language,
            shelf: Arc::default(),
            entrance: Entrance::default(),
            roster: Roster::default(),
            announcer: Announcer::default(),
            music: Music::default(),
            recording: None,
            paused_recording: None,
            recording_asked: false,
            keys: Keys::default(),
            names: SpokenNames::default(),
            gallery: Gallery::default(),
            phones: Phones::default(),
            all_muted: false,
            hushed: false,
            closed: false,
            stage_spec: StageSpec::default(),
        }
    }

    /// The operator's sounds as they are from now on; there are none until it is said.
    pub fn set_shelf(&mut self, shelf: Arc<Shelf>) {
        self.shelf = shelf;
    }

    /// The profiles that the room's options may begin with, as they are from now on; for those who
    /// are here already with the next [`Room::update`].
    pub fn set_profiles(&mut self, profiles: Arc<Profiles>) {
        self.rules = RoomRules::of(&self.record, &profiles);
        self.profiles = profiles;
    }

    #[must_use]
    pub fn id(&self) -> RoomId {
        self.record.id
    }

    #[must_use]
    pub fn stage(&self) -> StageId {
        self.stage
    }

    #[must_use]
    pub fn record(&self) -> &Arc<RoomRecord> {
        &self.record
    }

    #[must_use]
    pub fn is_locked(&self) -> bool {
        self.entrance.locked
    }

    /// The `regcontext` of its options, as long as somebody is in the room.
    #[must_use]
    pub fn registered_under(&self) -> Option<&str> {
        self.roster.inside().next()?;
        self.rules.bridge.regcontext.as_deref()
    }

    /// Whether calls are answered, or ring on while the caller is at the door and in the room.
    #[must_use]
    pub fn answers(&self) -> bool {
        self.rules.member.answer
    }

    #[must_use]
    pub fn counts(&self) -> Counts {
        self.roster.counts()
    }

    /// Everybody at the door and in the room, in the order of arrival.
    pub fn participants(&self) -> impl Iterator<Item = &Participant> {
        self.roster.iter()
    }

    #[must_use]
    pub fn participant(&self, id: ParticipantId) -> Option<&Participant> {
        self.roster.get(id)
    }

    /// A call comes to the door, answered or not. Run an `Entry` with the plan once it is.
    ///
    /// # Errors
    /// The room takes nobody at the moment and asks for no PIN. The call is not kept: say the
    /// farewell for it.
    pub fn arrive(
        &mut self,
        turn: &mut Turn<'_>,
        arrival: Arrival,
    ) -> Result<EntryPlan, RefusedEntry> {
        let (participant, call) = (arrival.participant, arrival.call);
        let standing = arrival.standing;
        let ask_pin = self.door.asks_for_pin() && standing != Standing::Trusted;
        let phase = if ask_pin {
            Ok(Phase::AtDoor)
        } else {
            self.pass(Role::Member, None).map(Phase::Passed)
        };
        let plan = match phase {
            Ok(phase) => {
                let language = self.language_for(arrival.language);
                let profile = self.profile_of(phase.role(), None);
                let ask_name = self.asks_for_name(&profile) && standing == Standing::Unknown;
                let review_name = profile.announce_join_leave_review;
                let caller = Participant::new(arrival, language, phase, profile);
                self.roster.add(caller);
                turn.news(RoomNews::Arrived { participant, call });
                Ok(EntryPlan {
                    language,
                    ask_pin,
                    ask_name,
                    review_name,
                    wording: self.wording(language),
                })
            }
            Err(why) => {
                turn.news(RoomNews::TurnedAway {
                    participant,
                    call,
                    why,
                });
                Err(why)
            }
        };
        self.settle(turn);
        plan
    }

    /// The digits of `EntryOutput::TryPin`. After a refusal the caller is not in the table any
    /// more; after the last wrong PIN until the call ends.
    ///
    /// # Errors
    /// The caller is not here.
    pub fn try_pin(
        &mut self,
        turn: &mut Turn<'_>,
        who: ParticipantId,
        digits: &[Digit],
        complete: bool,
    ) -> Result<DoorVerdict, NotHere> {
        let caller = self.roster.get(who).ok_or(NotHere)?;
        if let Some(role) = caller.role() {
            return Ok(DoorVerdict::Admitted(role));
        }
        let verdict = match self.door.try_pin(digits, complete, caller.pins_wrong) {
            DoorVerdict::Admitted(role) | DoorVerdict::AdmittedAs(role, _) => {
                let person = self.door.person(digits).cloned();
                match self.pass(role, person.as_ref()) {
                    Ok(role) => self.welcome(who, person, role),
                    Err(why) => DoorVerdict::Refused(why),
                }
            }
            other @ (DoorVerdict::Refused(_) | DoorVerdict::NotYet | DoorVerdict::Wrong { .. }) => {
                other
            }
        };
        match verdict {
            DoorVerdict::Admitted(role) | DoorVerdict::AdmittedAs(role, _) => {
                self.set_phase(who, Phase::Passed(role));
                turn.news(RoomNews::Passed { participant: who });
            }
            DoorVerdict::Refused(why) => self.turn_away(turn, who, why),
            DoorVerdict::NotYet => {}
            DoorVerdict::Wrong { tries_left } => self.count_wrong_pin(turn, who, tries_left),
        }
        Ok(verdict)
    }

    /// `EntryOutput::Ready`: onto the stage at once, whatever is playing there, or to those who
    /// wait for a leader.
    ///
    /// # Errors
    /// The room was filled or locked meanwhile; who never passed the door finds it locked too. The
    /// caller is not in the table any more: pass it as `EntryInput::Turned`.
    pub fn admit(
        &mut self,
        turn: &mut Turn<'_>,
        who: ParticipantId,
        name: Option<Clip>,
    ) -> Result<(), RefusedEntry> {
        let caller = self.roster.get(who);
        let is_vouched = caller.is_some_and(|caller| caller.vouched);
        let role = match caller.map(Participant::phase) {
            Some(Phase::Passed(role)) if is_vouched => Ok(role),
            Some(Phase::Passed(role)) => {
                self.pass(role, caller.and_then(|caller| caller.person.as_ref()))
            }
            Some(Phase::Waiting { .. } | Phase::Active { .. }) => return Ok(()),
            Some(Phase::AtDoor) | None => Err(RefusedEntry::Locked),
        };
        match role {
            Ok(role) => {
                self.seat(turn, who, role, name);
                Ok(())
            }
            Err(why) => {
                self.turn_away(turn, who, why);
                Err(why)
            }
        }
    }

    /// The call ended, at the door or in the room. Ignored after a `Dismiss`.
    pub fn leave(&mut self, turn: &mut Turn<'_>, who: ParticipantId, end: CallEnd) {
        self.take_out(turn, who, end);
        self.settle(turn);
    }

    pub fn handle_timeout(&mut self, turn: &mut Turn<'_>) {
        self.follow_late_keys(turn);
        self.send_away_overdue(turn);
        self.forget_lost_greetings(turn);
        self.settle(turn);
    }

    #[must_use]
    pub fn poll_timeout(&self) -> Option<(Instant, &'static str)> {
        let announcer = self.announcer.poll_timeout();
        let music = self.music.poll_timeout(self.announcer.is_quiet());
        announcer
            .into_iter()
            .chain(music)
            .chain(self.keys.poll_timeout())
            .chain(self.next_overdue())
            .chain(self.next_lost_greeting())
            .chain(self.next_follow())
            .min_by_key(|(deadline, _)| *deadline)
    }

    /// Takes one out, and with a leader those who are tied to leaders.
    pub(crate) fn take_out(
        &mut self,
        turn: &mut Turn<'_>,
        who: ParticipantId,
        end: CallEnd,
    ) -> Option<Participant> {
        let gone = self.take_one(turn, who, end)?;
        if gone.is_active() && gone.profile.marked {
            self.leader_left(turn, gone.profile.quiet);
        }
        Some(gone)
    }

    /// Whoever leaves the table leaves it here.
    pub(crate) fn take_one(
        &mut self,
        turn: &mut Turn<'_>,
        who: ParticipantId,
        end: CallEnd,
    ) -> Option<Participant> {
        self.music.stop_for(turn, who);
        self.keys.forget(who);
        let mut gone = self.roster.take(who)?;
        self.note_gone(&gone);
        let (participant, call) = (gone.id(), gone.call());
        if gone.is_inside() {
            turn.command(Command::LeaveStage { leg: gone.leg() });
            let leg = gone.leg;
            gone.sight.leave(turn, leg);
            turn.news(RoomNews::Left {
                participant,
                call,
                end,
            });
            self.announcer.left(&gone);
        } else {
            turn.news(RoomNews::GaveUp {
                participant,
                call,
                end,
            });
        }
        Some(gone)
    }

    /// Brings everything that follows from who is here into line; the last step of every turn.
    pub(crate) fn settle(&mut self, turn: &mut Turn<'_>) {
        self.settle_as(turn, Alone::Again);
    }

    pub(crate) fn settle_as(&mut self, turn: &mut Turn<'_>, alone: Alone) {
        self.settle_waiting(turn);
        let was_asked = self.recording_asked;
        self.settle_recording(turn);
        // That they are recorded is on its way: nothing is to be said or played over it.
        let alone = if self.recording_asked && !was_asked {
            Alone::Again
        } else {
            alone
        };
        let hall = Hall {
            stage: self.stage,
            language: self.hall_language(),
            by_name: self.record.message,
            announces: self.rules.bridge.announcements && !self.hushed,
            people: self.roster.active().count(),
            is_heard: self.roster.there().next().is_some(),
            sounding: Sounding {
                sounds: &self.rules.bridge.sounds,
                shelf: &self.shelf,
            },
            lone: self.roster.lone_inside(),
            greeted: self.roster.greeted(),
        };
        self.announcer.settle(turn, &hall);
        let (lone, quiet) = (self.roster.lone(), self.announcer.is_quiet());
        let playlist = self.record.music.as_ref();
        let cues = lone.map(|lone| Cue {
            participant: lone.id(),
            leg: lone.leg(),
            alone,
            is_greeted: lone.greeting.is_some(),
            only_one: telling::only_person(lone, hall.sounding),
        });
        let waiting = self.roster.iter().filter_map(Participant::waiting_cue);
        let cues = cues.into_iter().chain(waiting).collect();
        self.music.settle(turn, cues, playlist, quiet);
        self.settle_listening(turn);
        self.settle_pictures(turn);
        if self.roster.is_empty() && !self.closed {
            self.closed = true;
            turn.news(RoomNews::Closed);
            turn.out.push(RoomOutput::Closed);
        }
    }

    pub(crate) fn hall_language(&self) -> Language {
        self.record.language.for_all(self.house_language)
    }

    pub(crate) fn language_for(&self, own: Option<Language>) -> Language {
        self.record.language.for_caller(own, self.house_language)
    }

    /// The one question every way in has to ask.
    fn pass(&self, role: Role, person: Option<&PersonName>) -> Result<Role, RefusedEntry> {
        let inside = self.roster.inside().count();
        let profile = self.profile_of(Some(role), person);
        let takes = &self.entrance;
        takes
            .takes_one_more(inside, &self.rules.bridge, &profile)
            .map(|()| role)
    }

    fn set_phase(&mut self, who: ParticipantId, phase: Phase) {
        let person = self.roster.get(who).and_then(|one| one.person.as_ref());
        let profile = self.profile_of(phase.role(), person);
        if let Some(caller) = self.roster.get_mut(who) {
            caller.phase = phase;
            if !caller.has_own_profile {
                caller.profile = profile;
            }
        }
    }

    /// What the options say of whoever has this role, and of this person if they have a profile of
    /// their own; at the door, of everybody.
    pub(crate) fn profile_of(
        &self,
        role: Option<Role>,
        person: Option<&PersonName>,
    ) -> Arc<UserProfile> {
        let own = person.and_then(|person| self.rules.personal.get(person));
        let of_role = match role {
            Some(Role::Moderator) => &self.rules.moderator,
            Some(Role::Member) | None => &self.rules.member,
        };
        Arc::clone(own.unwrap_or(of_role))
    }

    fn count_wrong_pin(&mut self, turn: &mut Turn<'_>, who: ParticipantId, tries_left: u8) {
        let caller = self.roster.get_mut(who);
        if let Some(caller) = caller.filter(|caller| caller.pins_wrong < limits::PIN_TRIES) {
            caller.pins_wrong += 1;
            turn.news(RoomNews::PinWrong {
                participant: who,
                tries_left,
            });
        }
    }

    fn turn_away(&mut self, turn: &mut Turn<'_>, who: ParticipantId, why: RefusedEntry) {
        if let Some(caller) = self.roster.take(who) {
            turn.news(RoomNews::TurnedAway {
                participant: who,
                call: caller.call(),
                why,
            });
        }
        self.settle(turn);
    }
}

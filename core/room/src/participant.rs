//! One caller in the table of a room, from the door to the seat; plays nothing.

use std::sync::Arc;
use std::time::{Duration, Instant};

use conclave_contract::Clip;
use conclave_model::confbridge::UserProfile;
use conclave_model::{CallId, Language, LegId, ParticipantId, PersonName};

use crate::acoustics::Acoustics;
use crate::away::Away;
use crate::menu::Keypad;
use crate::pictures::Sight;
use crate::seating::Greeting;
use crate::{Mute, Role};

/// A call comes to the door. Its id is minted by whoever owns chance and the wall clock.
#[derive(Clone, Debug)]
pub struct Arrival {
    pub participant: ParticipantId,
    pub call: CallId,
    pub leg: LegId,
    pub label: Label,
    /// The caller's own, as far as it is known; what is said to all is said in the room's.
    pub language: Option<Language>,
    pub standing: Standing,
}

/// What a caller proved before the door, by telephone.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Standing {
    /// Nothing.
    #[default]
    Unknown,
    /// Who it is: they are not asked for their name.
    Known,
    /// And that is proof enough for the door: they enter as one who gave the ordinary PIN.
    Trusted,
}

/// How a caller is shown in lists. The caller's own texts: show, never trust.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Label {
    pub name: Option<String>,
    pub number: String,
}

/// Where a caller stands. Who leaves is taken out of the table at once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Phase {
    /// Is asked for the PIN.
    AtDoor,
    /// The PIN was right or not asked for; may be asked for the name.
    Passed(Role),
    /// In the room, but not heard until a leader comes.
    Waiting { role: Role, since: Instant },
    /// In the room, on the stage. `since`: when this one entered, waiting included.
    Active { role: Role, since: Instant },
}

impl Phase {
    /// `None` at the door.
    #[must_use]
    pub fn role(self) -> Option<Role> {
        match self {
            Phase::AtDoor => None,
            Phase::Passed(role) | Phase::Waiting { role, .. } | Phase::Active { role, .. } => {
                Some(role)
            }
        }
    }
}

/// One caller of a room.
#[derive(Debug)]
pub struct Participant {
    pub(crate) id: ParticipantId,
    pub(crate) call: CallId,
    pub(crate) leg: LegId,
    pub(crate) label: Label,
    pub(crate) own_language: Option<Language>,
    pub(crate) standing: Standing,
    pub(crate) language: Language,
    pub(crate) phase: Phase,
    /// What the options say of this one.
    pub(crate) profile: Arc<UserProfile>,
    /// It is not that of the role.
    pub(crate) has_own_profile: bool,
    pub(crate) pins_wrong: u8,
    /// Whose own PIN was typed.
    pub(crate) person: Option<PersonName>,
    /// Let in by somebody who may: a lock does not stop them.
    pub(crate) vouched: bool,
    pub(crate) spoken_name: Option<Clip>,
    pub(crate) mute: Mute,
    /// As the media plane hears it, muted or not.
    pub(crate) speaks: bool,
    /// How long before `talks_since`.
    pub(crate) talked: Duration,
    /// Since when the others hear this one speak.
    pub(crate) talks_since: Option<Instant>,
    pub(crate) hand_raised_at: Option<Instant>,
    pub(crate) volume_db: i8,
    pub(crate) hinted_at: Option<Instant>,
    pub(crate) greeting: Option<Greeting>,
    pub(crate) on_stage: bool,
    /// `None`: is here, and where the phase says.
    pub(crate) away: Option<Away>,
    /// How much louder or softer this one hears the others.
    pub(crate) listening_db: i8,
    pub(crate) keypad: Keypad,
    pub(crate) acoustics: Acoustics,
    pub(crate) sight: Sight,
}

impl Participant {
    pub(crate) fn new(
        arrival: Arrival,
        language: Language,
        phase: Phase,
        profile: Arc<UserProfile>,
    ) -> Self {
        Self {
            id: arrival.participant,
            call: arrival.call,
            leg: arrival.leg,
            label: arrival.label,
            own_language: arrival.language,
            standing: arrival.standing,
            language,
            phase,
            profile,
            has_own_profile: false,
            pins_wrong: 0,
            person: None,
            vouched: false,
            spoken_name: None,
            mute: Mute::default(),
            speaks: false,
            talked: Duration::ZERO,
            talks_since: None,
            hand_raised_at: None,
            volume_db: 0,
            hinted_at: None,
            greeting: None,
            on_stage: false,
            away: None,
            listening_db: 0,
            keypad: Keypad::default(),
            acoustics: Acoustics::default(),
            sight: Sight::default(),
        }
    }

    #[must_use]
    pub fn id(&self) -> ParticipantId {
        self.id
    }

    #[must_use]
    pub fn call(&self) -> CallId {
        self.call
    }

    #[must_use]
    pub fn leg(&self) -> LegId {
        self.leg
    }

    #[must_use]
    pub fn standing(&self) -> Standing {
        self.standing
    }

    #[must_use]
    pub fn label(&self) -> &Label {
        &self.label
    }

    /// `None`: nobody knows.
    #[must_use]
    pub fn own_language(&self) -> Option<Language> {
        self.own_language
    }

    /// The language this caller is spoken to in.
    #[must_use]
    pub fn language(&self) -> Language {
        self.language
    }

    #[must_use]
    pub fn phase(&self) -> Phase {
        self.phase
    }

    #[must_use]
    pub fn is_active(&self) -> bool {
        match self.phase {
            Phase::Active { .. } => true,
            Phase::AtDoor | Phase::Passed(_) | Phase::Waiting { .. } => false,
        }
    }

    /// Is stopped by no lock, and may use the keys of moderators.
    #[must_use]
    pub fn is_admin(&self) -> bool {
        self.profile.admin
    }

    /// Is one for whom others may have to wait.
    #[must_use]
    pub fn is_leader(&self) -> bool {
        self.profile.marked
    }

    /// Waits for a leader.
    #[must_use]
    pub fn is_waiting(&self) -> bool {
        match self.phase {
            Phase::Waiting { .. } => true,
            Phase::AtDoor | Phase::Passed(_) | Phase::Active { .. } => false,
        }
    }

    /// Past the door, waiting for a leader or not.
    #[must_use]
    pub fn is_inside(&self) -> bool {
        self.since().is_some()
    }

    /// When this one came in; `None` at the door.
    #[must_use]
    pub fn since(&self) -> Option<Instant> {
        match self.phase {
            Phase::Waiting { since, .. } | Phase::Active { since, .. } => Some(since),
            Phase::AtDoor | Phase::Passed(_) => None,
        }
    }

    /// `None` at the door.
    #[must_use]
    pub fn role(&self) -> Option<Role> {
        self.phase.role()
    }

    /// Wrong PINs typed in this call.
    #[must_use]
    pub fn pins_wrong(&self) -> u8 {
        self.pins_wrong
    }

    #[must_use]
    pub fn has_spoken_name(&self) -> bool {
        self.spoken_name.is_some()
    }

    #[must_use]
    pub fn mute(&self) -> Mute {
        self.mute
    }

    /// How long this one has spoken and was heard, in this room and those before.
    #[must_use]
    pub fn talked(&self, now: Instant) -> Duration {
        let still = self
            .talks_since
            .map(|since| now.saturating_duration_since(since));
        self.talked + still.unwrap_or_default()
    }

    /// `None`: the hand is down.
    #[must_use]
    pub fn hand_raised_at(&self) -> Option<Instant> {
        self.hand_raised_at
    }

    /// How much louder or softer the others hear this one.
    #[must_use]
    pub fn volume_db(&self) -> i8 {
        self.volume_db
    }

    /// Speaks and is heard. Never true of a muted one, nor of one whose talking is not reported.
    #[must_use]
    pub fn talking(&self) -> bool {
        let is_heard = self.is_active() && !self.mute.is_muted();
        self.speaks && is_heard && self.profile.talk_detection_events
    }
}

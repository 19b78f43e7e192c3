//! What happened to one call, moment by moment; holds no digit and no name.

use crate::{UnixMillis, limits};

/// One moment of a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CallStep {
    pub at: UnixMillis,
    pub what: CallMoment,
}

/// What can happen between the first ring and the end, which is in the record itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum CallMoment {
    Rang,
    Answered,
    PinAsked,
    PinWrong,
    PinRight,
    NameAsked,
    NameGiven,
    /// Asked for, but nothing was said.
    NameMissing,
    /// In the room.
    Joined,
    Muted,
    Unmuted,
    /// The caller put us on hold.
    Held,
    Resumed,
    EchoTested,
    /// Under a number that is no room.
    SoundPlayed,
    /// From another room, or such a number, to the seat in the room.
    CameBack,
    /// Out of the room.
    Left,
}

impl CallMoment {
    pub const ALL: [CallMoment; 17] = [
        CallMoment::Rang,
        CallMoment::Answered,
        CallMoment::PinAsked,
        CallMoment::PinWrong,
        CallMoment::PinRight,
        CallMoment::NameAsked,
        CallMoment::NameGiven,
        CallMoment::NameMissing,
        CallMoment::Joined,
        CallMoment::Muted,
        CallMoment::Unmuted,
        CallMoment::Held,
        CallMoment::Resumed,
        CallMoment::EchoTested,
        CallMoment::SoundPlayed,
        CallMoment::CameBack,
        CallMoment::Left,
    ];

    /// A word for programs.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            CallMoment::Rang => "rang",
            CallMoment::Answered => "answered",
            CallMoment::PinAsked => "pin_asked",
            CallMoment::PinWrong => "pin_wrong",
            CallMoment::PinRight => "pin_right",
            CallMoment::NameAsked => "name_asked",
            CallMoment::NameGiven => "name_given",
            CallMoment::NameMissing => "name_missing",
            CallMoment::Joined => "joined",
            CallMoment::Muted => "muted",
            CallMoment::Unmuted => "unmuted",
            CallMoment::Held => "held",
            CallMoment::Resumed => "resumed",
            CallMoment::EchoTested => "echo_tested",
            CallMoment::SoundPlayed => "sound_played",
            CallMoment::CameBack => "came_back",
            CallMoment::Left => "left",
        }
    }

    /// A sentence for people.
    #[must_use]
    pub const fn sentence(self) -> &'static str {
        match self {
            CallMoment::Rang => "The call came in.",
            CallMoment::Answered => "The call was answered.",
            CallMoment::PinAsked => "The PIN was asked for.",
            CallMoment::PinWrong => "A wrong PIN was entered.",
            CallMoment::PinRight => "The PIN was right.",
            CallMoment::NameAsked => "The name was asked for.",
            CallMoment::NameGiven => "The name was recorded.",
            CallMoment::NameMissing => "No name was said.",
            CallMoment::Joined => "The caller entered the room.",
            CallMoment::Muted => "The caller was muted.",
            CallMoment::Unmuted => "The caller was no longer muted.",
            CallMoment::Held => "The caller put us on hold.",
            CallMoment::Resumed => "The caller came back from hold.",
            CallMoment::EchoTested => "The echo test began.",
            CallMoment::SoundPlayed => "The announcement began.",
            CallMoment::CameBack => "The caller came back into the room.",
            CallMoment::Left => "The caller left the room.",
        }
    }

    /// The moment with this [`CallMoment::code`].
    #[must_use]
    pub fn from_code(code: &str) -> Option<CallMoment> {
        CallMoment::ALL.into_iter().find(|one| one.code() == code)
    }
}

/// The moments of one call in their order, at most [`limits::CALL_STEPS`]: later ones are not kept,
/// but leaving the room is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Timeline(Vec<CallStep>);

impl Timeline {
    pub fn note(&mut self, at: UnixMillis, what: CallMoment) {
        let spare = usize::from(what != CallMoment::Left);
        if self.0.len() + spare < limits::CALL_STEPS {
            self.0.push(CallStep { at, what });
        }
    }

    #[must_use]
    pub fn steps(&self) -> &[CallStep] {
        &self.0
    }

    #[must_use]
    pub fn has(&self, what: CallMoment) -> bool {
        self.0.iter().any(|step| step.what == what)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_moment_is_found_by_its_code() {
        for moment in CallMoment::ALL {
            assert_eq!(CallMoment::from_code(moment.code()), Some(moment));
        }
        assert_eq!(CallMoment::from_code("slept"), None);
    }

    #[test]
    fn a_caller_who_holds_for_ever_fills_no_memory_and_still_leaves() {
        let mut timeline = Timeline::default();
        for at in 0..10_000 {
            timeline.note(UnixMillis(at), CallMoment::Held);
        }
        timeline.note(UnixMillis(10_000), CallMoment::Left);
        assert_eq!(timeline.steps().len(), limits::CALL_STEPS);
        let last = timeline.steps().last().map(|step| step.what);
        assert_eq!(last, Some(CallMoment::Left));
    }
}

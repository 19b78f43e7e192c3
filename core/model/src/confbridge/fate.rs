//! What becomes of an option that ConfBridge knows; reads no text.

/// What an accepted or refused option does to a room of ours.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fate {
    /// A field of the room says the same and decides.
    Field(RoomField),
    /// The room does what `today` says, whatever is typed; any other value is kept until it can
    /// be followed. Empty: no value is followed.
    Kept { today: &'static str },
    /// The room does what is typed, from this moment on.
    Followed(From),
    /// The room does something else to the same end.
    Otherwise(Otherwise),
    /// Accepted, and without effect for good.
    NoEffect(NoEffect),
    /// Not accepted; there is a better way.
    Refused(Refused),
}

/// When a changed option takes hold of a room that somebody is in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum From {
    /// At once, for everybody.
    Now,
    /// For whoever comes in after the change.
    NextJoin,
    /// When the room has been empty once.
    NextMeeting,
    /// For the next recording that begins, or goes on.
    NextRecording,
}

/// What is done in place of what an option says word for word.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Otherwise {
    /// Sound is mixed every 20 ms, as phones send it; an interval above makes the packets longer
    /// that phones are sent, if they take such.
    LongerPackets,
}

/// The room's own fields that options speak of too.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RoomField {
    Message,
    Music,
    Language,
}

/// Why an option never changes anything here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoEffect {
    /// Every call has an adaptive jitter buffer.
    AlwaysAdaptive,
    /// ConfBridge does not play this sound either.
    NeverPlayed,
}

/// Why an option is not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refused {
    /// A PIN does not belong into a text that everybody with the room on screen can read.
    SecretInText,
}

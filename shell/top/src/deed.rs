//! What a key asks the server to do; does none of it.

/// One thing to be done. Rooms and people are named by their ids.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Deed {
    SetRoom {
        room: String,
        change: Change,
    },
    SetPerson {
        room: String,
        who: String,
        change: Change,
    },
    Remove {
        room: String,
        who: String,
    },
    /// Lets somebody in who is at the door.
    Admit {
        room: String,
        who: String,
    },
    /// Says goodbye to somebody who is at the door.
    TurnAway {
        room: String,
        who: String,
    },
}

/// What is set, never toggled: asked twice, it is the same.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Change {
    Locked(bool),
    MutedAll(bool),
    Recording(bool),
    Muted(bool),
    /// Heard, and the hand down.
    Speaks,
    Name(String),
    VolumeDb(i8),
}

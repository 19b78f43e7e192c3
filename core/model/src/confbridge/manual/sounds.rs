//! What is heard for each sound of a room, for people; plays nothing.

use super::{SoundManual, heard};
use crate::confbridge::SoundName;

/// In the order of the table of options.
pub(super) const SOUNDS: [(SoundName, SoundManual); 25] = [
    (
        SoundName::Join,
        heard(
            "A tone when somebody comes. Where names are said, only one that is named here is \
             heard, before the name.",
            "all, and the one who comes with `hear_own_join_sound`",
        ),
    ),
    (
        SoundName::Leave,
        heard("A tone when somebody goes; with names as above.", "all"),
    ),
    (
        SoundName::HasJoined,
        heard(
            "After the name of one who came. Ours has a word for one and a word for several; \
             another is said after each name.",
            "all",
        ),
    ),
    (
        SoundName::HasLeft,
        heard("After the name of one who went; the same holds.", "all"),
    ),
    (
        SoundName::Kicked,
        heard(
            "Before one is removed, also when a leader left, in place of our words for that.",
            "the one",
        ),
    ),
    (
        SoundName::Muted,
        heard("One has muted oneself by key.", "the one"),
    ),
    (
        SoundName::Unmuted,
        heard("One can be heard again.", "the one"),
    ),
    (
        SoundName::ParticipantsMuted,
        heard(
            "A moderator has muted all by key; also to who comes then.",
            "all",
        ),
    ),
    (
        SoundName::ParticipantsUnmuted,
        heard("A moderator has ended that.", "all"),
    ),
    (
        SoundName::OnlyPerson,
        heard("Nobody else is here.", "the one who comes"),
    ),
    (
        SoundName::OnlyOne,
        heard("One other is here.", "who comes, who asks by key, or all"),
    ),
    (
        SoundName::ThereAre,
        heard("Before the number of the others.", "the same"),
    ),
    (
        SoundName::OtherInParty,
        heard("After that number.", "the same"),
    ),
    (
        SoundName::WaitForLeader,
        heard("One has to wait for a leader.", "the one"),
    ),
    (
        SoundName::LeaderHasLeft,
        heard("The last leader has gone.", "all who remain"),
    ),
    (
        SoundName::Begin,
        heard(
            "A leader has come to those who waited.",
            "all, the leader too",
        ),
    ),
    (SoundName::PlaceIntoConference, heard("Nothing.", "nobody")),
    (SoundName::GetPin, heard("Asks for the PIN.", "the caller")),
    (
        SoundName::InvalidPin,
        heard(
            "That PIN was wrong: after every wrong try, before the number of tries that are left.",
            "the caller",
        ),
    ),
    (
        SoundName::Locked,
        heard("The room is locked, or full.", "the caller"),
    ),
    (
        SoundName::LockedNow,
        heard("A moderator has locked the room by key.", "the moderator"),
    ),
    (
        SoundName::UnlockedNow,
        heard("A moderator has unlocked it by key.", "the moderator"),
    ),
    (
        SoundName::ErrorMenu,
        heard("What a key asks for cannot be done.", "who pressed it"),
    ),
    (
        SoundName::BinauralOn,
        heard(
            "The voices come from their places from now on.",
            "who asked by key",
        ),
    ),
    (
        SoundName::BinauralOff,
        heard(
            "The voices come from the middle from now on.",
            "who asked by key",
        ),
    ),
];

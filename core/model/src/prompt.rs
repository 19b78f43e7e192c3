//! The name of every sentence we speak; the words are in `prompts/manifest.toml`.

use crate::confbridge::Deed;

/// One recorded sentence or word, which exists in every [`crate::Language`].
///
/// Variants are named for what is said; [`Prompt::file_stem`] names the file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Prompt {
    // The door
    /// "Pin, please."
    PinPlease,
    /// "That pin is not right."
    PinWrong,
    /// "Two tries left."
    TwoTriesLeft,
    /// "One try left."
    OneTryLeft,
    /// "I am sorry." German: "Es tut mir leid."
    Sorry,
    /// "Goodbye."
    Goodbye,
    /// "There is no conference room under this number."
    NoSuchRoom,
    /// "This conference is full."
    RoomFull,
    /// "This conference is locked."
    RoomLocked,
    /// "The server is busy. Please call again in a moment."
    ServerBusy,
    // The name
    /// "Please say your name after the tone."
    SayYourName,
    /// "I did not hear a name."
    NoNameHeard,
    /// "A caller", said in place of a name.
    ACaller,
    /// "Press one to accept, two to listen, or three to record again."
    NameReview,
    // In the room
    /// "You are the only one in this conference."
    OnlyOne,
    /// "Has joined." after one name.
    HasJoined,
    /// "Have joined." after several.
    HaveJoined,
    /// "Has left."
    HasLeft,
    /// "Have left."
    HaveLeft,
    /// "And", between names.
    And,
    /// "Others", after a number.
    Others,
    /// "One other".
    OneOther,
    /// "Callers", after a number: those whose name is not known. German: "Anrufer".
    Callers,
    /// "There are", before a number. German: "Es sind".
    ThereAre,
    /// "People in this conference." after a number. German: "Personen in dieser Konferenz."
    PeopleHere,
    /// "There is one other person in this conference."
    OneOtherHere,
    /// "other people in this conference."
    OthersHere,
    /// "You have been removed from this conference."
    Removed,
    /// "The conference has ended."
    Ended,
    /// "You are muted."
    Muted,
    /// "You are muted. Press star six to speak." German: "Sie sind stummgeschaltet. Drücken Sie
    /// Stern sechs, um zu sprechen."
    MutedHint,
    /// "You are no longer muted."
    Unmuted,
    /// "This conference is being recorded." German: "Diese Konferenz wird aufgezeichnet."
    BeingRecorded,
    /// "The recording has ended." German: "Die Aufzeichnung ist beendet."
    RecordingEnded,
    /// "Please wait. The conference begins when the leader arrives." German: "Bitte warten Sie. Die
    /// Konferenz beginnt, wenn die Leitung kommt."
    WaitForLeader,
    /// "The conference begins now." German: "Die Konferenz beginnt jetzt."
    ConferenceBegins,
    /// "The leader has left." German: "Die Leitung hat die Konferenz verlassen."
    LeaderHasLeft,
    /// "Your time in this conference is up." German: "Ihre Zeit in dieser Konferenz ist um."
    TimeUp,
    // Numbers that are no room
    /// "This is the echo test. You hear what you say. To end it, press pound." German: "Dies ist
    /// der Echotest. Sie hören, was Sie sagen. Zum Beenden drücken Sie Raute."
    EchoTest,
    // The keypad
    /// "Only a moderator can do that." German: "Das kann nur die Moderation."
    OnlyModerators,
    /// "That is not possible." German: "Das ist nicht möglich."
    NotPossible,
    /// "This conference is now locked."
    LockedNow,
    /// "This conference is no longer locked."
    UnlockedNow,
    /// "All participants are now muted."
    AllMuted,
    /// "The participants are no longer muted."
    AllUnmuted,
    /// "Everybody else is muted now."
    OthersMuted,
    /// "This conference is muted. You have asked to speak."
    AskedToSpeak,
    /// "Everybody who was waiting has been let in."
    WaitingLetIn,
    /// "Nobody is waiting."
    NobodyWaits,
    /// "Announcements are on."
    AnnouncementsOn,
    /// "Announcements are off."
    AnnouncementsOff,
    /// "The conference goes on.", after an end that was not confirmed.
    GoesOn,
    /// "The voices come from different places."
    BinauralOn,
    /// "All voices come from the middle."
    BinauralOff,
    /// "Press", before keys. German: "drücken Sie".
    Press,
    /// The key `*`.
    Star,
    /// The key `#`.
    Pound,
    /// What a key is for, before [`Prompt::Press`]: "To raise or lower your hand,".
    Key(Deed),
    // Tones
    /// The tone after which to speak.
    Beep,
    /// Somebody came in.
    JoinTone,
    /// Somebody left.
    LeaveTone,
    // Numbers, joined by the grammar in `core/ivr`
    /// 0 to 99 as one word each.
    Number(u8),
    /// "One", before "hundred" and "thousand". German: "ein", not "eins".
    OneBefore,
    /// "Hundred", after 1 to 9.
    Hundred,
    /// "Thousand", after 1 to 999.
    Thousand,
}

impl Prompt {
    /// Every prompt there is, the words of the door first, then the keys and the numbers.
    pub fn all() -> impl Iterator<Item = Prompt> {
        WORDS
            .into_iter()
            .chain(Deed::ALL.into_iter().map(Prompt::Key))
            .chain((0..=99).map(Prompt::Number))
    }

    /// Every sentence, word and tone but the keys and the numbers: what makes sense alone.
    pub fn words() -> impl Iterator<Item = Prompt> {
        WORDS.into_iter()
    }

    /// The word with this [`Prompt::file_stem`].
    #[must_use]
    pub fn of_stem(stem: &str) -> Option<Prompt> {
        Prompt::words().find(|prompt| prompt.file_stem() == stem)
    }

    /// The file's name without language and ending, as the manifest has it.
    #[must_use]
    pub fn file_stem(self) -> String {
        let stem = match self {
            Prompt::PinPlease => "pin-please",
            Prompt::PinWrong => "pin-wrong",
            Prompt::TwoTriesLeft => "two-tries-left",
            Prompt::OneTryLeft => "one-try-left",
            Prompt::Sorry => "sorry",
            Prompt::Goodbye => "goodbye",
            Prompt::NoSuchRoom => "no-such-room",
            Prompt::RoomFull => "room-full",
            Prompt::RoomLocked => "room-locked",
            Prompt::ServerBusy => "server-busy",
            Prompt::SayYourName => "say-your-name",
            Prompt::NoNameHeard => "no-name-heard",
            Prompt::ACaller => "a-caller",
            Prompt::NameReview => "name-review",
            Prompt::OnlyOne => "only-one",
            Prompt::HasJoined => "has-joined",
            Prompt::HaveJoined => "have-joined",
            Prompt::HasLeft => "has-left",
            Prompt::HaveLeft => "have-left",
            Prompt::And => "and",
            Prompt::Others => "others",
            Prompt::OneOther => "one-other",
            Prompt::Callers => "callers",
            Prompt::ThereAre => "there-are",
            Prompt::PeopleHere => "people-here",
            Prompt::OneOtherHere => "one-other-here",
            Prompt::OthersHere => "others-here",
            Prompt::Removed => "removed",
            Prompt::Ended => "ended",
            Prompt::Muted => "muted",
            Prompt::MutedHint => "muted-hint",
            Prompt::Unmuted => "unmuted",
            Prompt::BeingRecorded => "being-recorded",
            Prompt::RecordingEnded => "recording-ended",
            Prompt::WaitForLeader => "wait-for-leader",
            Prompt::ConferenceBegins => "conference-begins",
            Prompt::LeaderHasLeft => "leader-has-left",
            Prompt::TimeUp => "time-up",
            Prompt::EchoTest => "echo-test",
            Prompt::OnlyModerators => "only-moderators",
            Prompt::NotPossible => "not-possible",
            Prompt::LockedNow => "locked-now",
            Prompt::UnlockedNow => "unlocked-now",
            Prompt::AllMuted => "all-muted",
            Prompt::AllUnmuted => "all-unmuted",
            Prompt::OthersMuted => "others-muted",
            Prompt::AskedToSpeak => "asked-to-speak",
            Prompt::WaitingLetIn => "waiting-let-in",
            Prompt::NobodyWaits => "nobody-waits",
            Prompt::AnnouncementsOn => "announcements-on",
            Prompt::AnnouncementsOff => "announcements-off",
            Prompt::GoesOn => "goes-on",
            Prompt::BinauralOn => "binaural-on",
            Prompt::BinauralOff => "binaural-off",
            Prompt::Press => "press",
            Prompt::Star => "star",
            Prompt::Pound => "pound",
            Prompt::Key(deed) => return key_stem(deed),
            Prompt::Beep => "beep",
            Prompt::JoinTone => "join-tone",
            Prompt::LeaveTone => "leave-tone",
            Prompt::Number(number) => return format!("number-{number}"),
            Prompt::OneBefore => "one-before",
            Prompt::Hundred => "hundred",
            Prompt::Thousand => "thousand",
        };
        stem.to_owned()
    }
}

fn key_stem(deed: Deed) -> String {
    format!("key-{}", deed.name().replace('_', "-"))
}

/// Every variant but the keys and the numbers. A test in `shell/sound` compares it with the
/// manifest.
const WORDS: [Prompt; 63] = [
    Prompt::PinPlease,
    Prompt::PinWrong,
    Prompt::TwoTriesLeft,
    Prompt::OneTryLeft,
    Prompt::Sorry,
    Prompt::Goodbye,
    Prompt::NoSuchRoom,
    Prompt::RoomFull,
    Prompt::RoomLocked,
    Prompt::ServerBusy,
    Prompt::SayYourName,
    Prompt::NoNameHeard,
    Prompt::ACaller,
    Prompt::NameReview,
    Prompt::OnlyOne,
    Prompt::HasJoined,
    Prompt::HaveJoined,
    Prompt::HasLeft,
    Prompt::HaveLeft,
    Prompt::And,
    Prompt::Others,
    Prompt::OneOther,
    Prompt::Callers,
    Prompt::ThereAre,
    Prompt::PeopleHere,
    Prompt::OneOtherHere,
    Prompt::OthersHere,
    Prompt::Removed,
    Prompt::Ended,
    Prompt::Muted,
    Prompt::MutedHint,
    Prompt::Unmuted,
    Prompt::BeingRecorded,
    Prompt::RecordingEnded,
    Prompt::WaitForLeader,
    Prompt::ConferenceBegins,
    Prompt::LeaderHasLeft,
    Prompt::TimeUp,
    Prompt::EchoTest,
    Prompt::OnlyModerators,
    Prompt::NotPossible,
    Prompt::LockedNow,
    Prompt::UnlockedNow,
    Prompt::AllMuted,
    Prompt::AllUnmuted,
    Prompt::OthersMuted,
    Prompt::AskedToSpeak,
    Prompt::WaitingLetIn,
    Prompt::NobodyWaits,
    Prompt::AnnouncementsOn,
    Prompt::AnnouncementsOff,
    Prompt::GoesOn,
    Prompt::BinauralOn,
    Prompt::BinauralOff,
    Prompt::Press,
    Prompt::Star,
    Prompt::Pound,
    Prompt::Beep,
    Prompt::JoinTone,
    Prompt::LeaveTone,
    Prompt::OneBefore,
    Prompt::Hundred,
    Prompt::Thousand,
];

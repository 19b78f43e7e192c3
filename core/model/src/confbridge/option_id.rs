//! Every option as a type, so that none is looked up by its text; knows no value.

/// One option of ConfBridge.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum OptionId {
    User(UserOption),
    Bridge(BridgeOption),
    Sound(SoundName),
}

/// An option of a user profile, named as ConfBridge names it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum UserOption {
    Admin,
    Marked,
    WaitMarked,
    EndMarked,
    EndMarkedAny,
    StartMuted,
    MusicOnHoldWhenEmpty,
    MusicOnHoldClass,
    Quiet,
    HearOwnJoinSound,
    AnnounceUserCount,
    AnnounceUserCountAll,
    AnnounceOnlyUser,
    AnnounceJoinLeave,
    AnnounceJoinLeaveReview,
    Pin,
    Announcement,
    Timeout,
    Denoise,
    JitterBuffer,
    DspDropSilence,
    DspTalkingThreshold,
    DspSilenceThreshold,
    TalkDetectionEvents,
    DtmfPassthrough,
    TextMessaging,
    SendEvents,
    EchoEvents,
    AnswerChannel,
    Template,
}

/// An option of a bridge profile but the sounds, named as ConfBridge names it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum BridgeOption {
    MaxMembers,
    Language,
    InternalSampleRate,
    MaximumSampleRate,
    MixingInterval,
    RecordConference,
    RecordFile,
    RecordFileAppend,
    RecordFileTimestamp,
    RecordOptions,
    RecordCommand,
    RegContext,
    VideoMode,
    VideoUpdateDiscard,
    RembSendInterval,
    RembBehavior,
    RembEstimatedBitrate,
    EnableEvents,
    BinauralActive,
    JitterBuffer,
    Template,
    Announcements,
}

/// What is said or sounded in a room, named as ConfBridge names it after `sound_`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum SoundName {
    Join,
    Leave,
    HasJoined,
    HasLeft,
    Kicked,
    Muted,
    Unmuted,
    ParticipantsMuted,
    ParticipantsUnmuted,
    OnlyPerson,
    OnlyOne,
    ThereAre,
    OtherInParty,
    WaitForLeader,
    LeaderHasLeft,
    Begin,
    PlaceIntoConference,
    GetPin,
    InvalidPin,
    Locked,
    LockedNow,
    UnlockedNow,
    ErrorMenu,
    BinauralOn,
    BinauralOff,
}

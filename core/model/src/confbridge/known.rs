//! Every option of ConfBridge's user and bridge profiles; follows none of them.

use OptionId::{Bridge as B, User as U};

use super::{
    BridgeOption as Bridge, Fate, From, NoEffect, OptionId, Otherwise, Refused, RoomField,
    SoundName, UserOption as User, ValueKind,
};
use crate::limits;

/// One option that ConfBridge knows.
#[derive(Debug, PartialEq, Eq)]
pub struct KnownOption {
    pub id: OptionId,
    pub name: &'static str,
    pub kind: ValueKind,
    pub fate: Fate,
}

/// Which profile an option belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum OptionSection {
    /// Of the room: its Options.
    Bridge,
    /// Of each caller: its User options.
    User,
}

impl OptionSection {
    pub const ALL: [OptionSection; 2] = [OptionSection::Bridge, OptionSection::User];

    /// Every option of the section.
    pub fn options(self) -> impl Iterator<Item = &'static KnownOption> {
        let (first, second): (&[KnownOption], &[KnownOption]) = match self {
            OptionSection::Bridge => (&BRIDGE_OPTIONS, &SOUND_OPTIONS),
            OptionSection::User => (&USER_OPTIONS, &[]),
        };
        first.iter().chain(second)
    }

    /// The option of this name, however it is capitalised.
    #[must_use]
    pub fn find(self, name: &str) -> Option<&'static KnownOption> {
        self.options()
            .find(|option| option.name.eq_ignore_ascii_case(name))
    }
}

const fn option(id: OptionId, name: &'static str, kind: ValueKind, fate: Fate) -> KnownOption {
    KnownOption {
        id,
        name,
        kind,
        fate,
    }
}

/// A yes or no that rooms follow.
const fn switch(id: OptionId, name: &'static str, from: From) -> KnownOption {
    option(id, name, ValueKind::Bool, Fate::Followed(from))
}

/// Rooms do what is typed.
const fn followed(id: OptionId, name: &'static str, kind: ValueKind, from: From) -> KnownOption {
    option(id, name, kind, Fate::Followed(from))
}

const fn idle(id: OptionId, name: &'static str, kind: ValueKind, why: NoEffect) -> KnownOption {
    option(id, name, kind, Fate::NoEffect(why))
}

const fn field(id: OptionId, name: &'static str, kind: ValueKind, field: RoomField) -> KnownOption {
    option(id, name, kind, Fate::Field(field))
}

const fn refused(id: OptionId, name: &'static str, kind: ValueKind, why: Refused) -> KnownOption {
    option(id, name, kind, Fate::Refused(why))
}

const fn sound(sound: SoundName, name: &'static str) -> KnownOption {
    option(
        OptionId::Sound(sound),
        name,
        ValueKind::Sound,
        match sound {
            SoundName::Join
            | SoundName::Leave
            | SoundName::HasJoined
            | SoundName::HasLeft
            | SoundName::OnlyPerson
            | SoundName::OnlyOne
            | SoundName::ThereAre
            | SoundName::OtherInParty
            | SoundName::WaitForLeader
            | SoundName::LeaderHasLeft
            | SoundName::Begin
            | SoundName::BinauralOn
            | SoundName::BinauralOff
            | SoundName::Kicked
            | SoundName::Muted
            | SoundName::Unmuted
            | SoundName::ParticipantsMuted
            | SoundName::ParticipantsUnmuted
            | SoundName::LockedNow
            | SoundName::UnlockedNow
            | SoundName::ErrorMenu => Fate::Followed(From::Now),
            SoundName::GetPin | SoundName::InvalidPin | SoundName::Locked => {
                Fate::Followed(From::NextJoin)
            }
            SoundName::PlaceIntoConference => Fate::NoEffect(NoEffect::NeverPlayed),
        },
    )
}

const ANY_NUMBER: ValueKind = ValueKind::Number { most: u32::MAX };
/// `char[128]` in ConfBridge, with its zero.
const NAME: ValueKind = ValueKind::Text { most: 127 };

/// What callers are asked, told and allowed.
pub const USER_OPTIONS: [KnownOption; 30] = [
    switch(U(User::Admin), "admin", From::Now),
    switch(U(User::Marked), "marked", From::Now),
    switch(U(User::WaitMarked), "wait_marked", From::Now),
    switch(U(User::EndMarked), "end_marked", From::Now),
    switch(U(User::EndMarkedAny), "end_marked_any", From::Now),
    switch(U(User::StartMuted), "startmuted", From::NextJoin),
    field(
        U(User::MusicOnHoldWhenEmpty),
        "music_on_hold_when_empty",
        ValueKind::Bool,
        RoomField::Music,
    ),
    field(
        U(User::MusicOnHoldClass),
        "music_on_hold_class",
        NAME,
        RoomField::Music,
    ),
    switch(U(User::Quiet), "quiet", From::Now),
    switch(
        U(User::HearOwnJoinSound),
        "hear_own_join_sound",
        From::NextJoin,
    ),
    switch(
        U(User::AnnounceUserCount),
        "announce_user_count",
        From::NextJoin,
    ),
    option(
        U(User::AnnounceUserCountAll),
        "announce_user_count_all",
        ValueKind::BoolOrCount,
        Fate::Followed(From::NextJoin),
    ),
    switch(U(User::AnnounceOnlyUser), "announce_only_user", From::Now),
    field(
        U(User::AnnounceJoinLeave),
        "announce_join_leave",
        ValueKind::Bool,
        RoomField::Message,
    ),
    switch(
        U(User::AnnounceJoinLeaveReview),
        "announce_join_leave_review",
        From::NextJoin,
    ),
    refused(
        U(User::Pin),
        "pin",
        ValueKind::Text { most: 79 },
        Refused::SecretInText,
    ),
    option(
        U(User::Announcement),
        "announcement",
        ValueKind::Sound,
        Fate::Followed(From::NextJoin),
    ),
    option(
        U(User::Timeout),
        "timeout",
        ANY_NUMBER,
        Fate::Followed(From::Now),
    ),
    followed(U(User::Denoise), "denoise", ValueKind::Bool, From::Now),
    idle(
        U(User::JitterBuffer),
        "jitterbuffer",
        ValueKind::Bool,
        NoEffect::AlwaysAdaptive,
    ),
    followed(
        U(User::DspDropSilence),
        "dsp_drop_silence",
        ValueKind::Bool,
        From::Now,
    ),
    followed(
        U(User::DspTalkingThreshold),
        "dsp_talking_threshold",
        ANY_NUMBER,
        From::Now,
    ),
    followed(
        U(User::DspSilenceThreshold),
        "dsp_silence_threshold",
        ANY_NUMBER,
        From::Now,
    ),
    followed(
        U(User::TalkDetectionEvents),
        "talk_detection_events",
        ValueKind::Bool,
        From::Now,
    ),
    switch(U(User::DtmfPassthrough), "dtmf_passthrough", From::Now),
    switch(U(User::TextMessaging), "text_messaging", From::Now),
    switch(U(User::SendEvents), "send_events", From::Now),
    switch(U(User::EchoEvents), "echo_events", From::Now),
    switch(U(User::AnswerChannel), "answer_channel", From::NextJoin),
    followed(
        U(User::Template),
        "template",
        ValueKind::ProfileName,
        From::Now,
    ),
];

/// What holds for the room as a whole.
pub const BRIDGE_OPTIONS: [KnownOption; 22] = [
    option(
        B(Bridge::MaxMembers),
        "max_members",
        ANY_NUMBER,
        Fate::Followed(From::NextJoin),
    ),
    field(
        B(Bridge::Language),
        "language",
        ValueKind::Language,
        RoomField::Language,
    ),
    followed(
        B(Bridge::InternalSampleRate),
        "internal_sample_rate",
        ValueKind::SampleRate { or: "auto" },
        From::Now,
    ),
    followed(
        B(Bridge::MaximumSampleRate),
        "maximum_sample_rate",
        ValueKind::SampleRate { or: "none" },
        From::Now,
    ),
    option(
        B(Bridge::MixingInterval),
        "mixing_interval",
        ValueKind::OneOf(&["10", "20", "40", "80"]),
        Fate::Otherwise(Otherwise::LongerPackets),
    ),
    switch(B(Bridge::RecordConference), "record_conference", From::Now),
    followed(
        B(Bridge::RecordFile),
        "record_file",
        ValueKind::FileName,
        From::NextRecording,
    ),
    switch(
        B(Bridge::RecordFileAppend),
        "record_file_append",
        From::NextRecording,
    ),
    switch(
        B(Bridge::RecordFileTimestamp),
        "record_file_timestamp",
        From::NextRecording,
    ),
    followed(
        B(Bridge::RecordOptions),
        "record_options",
        ValueKind::RecorderLetters,
        From::NextRecording,
    ),
    followed(
        B(Bridge::RecordCommand),
        "record_command",
        ValueKind::ProgramName,
        From::NextRecording,
    ),
    option(
        B(Bridge::RegContext),
        "regcontext",
        ValueKind::Text { most: 79 },
        Fate::Followed(From::Now),
    ),
    followed(
        B(Bridge::VideoMode),
        "video_mode",
        ValueKind::OneOf(&VIDEO_MODES),
        From::Now,
    ),
    followed(
        B(Bridge::VideoUpdateDiscard),
        "video_update_discard",
        ANY_NUMBER,
        From::Now,
    ),
    followed(
        B(Bridge::RembSendInterval),
        "remb_send_interval",
        ANY_NUMBER,
        From::Now,
    ),
    followed(
        B(Bridge::RembBehavior),
        "remb_behavior",
        ValueKind::OneOf(&REMB_BEHAVIORS),
        From::Now,
    ),
    followed(
        B(Bridge::RembEstimatedBitrate),
        "remb_estimated_bitrate",
        ANY_NUMBER,
        From::Now,
    ),
    switch(B(Bridge::EnableEvents), "enable_events", From::Now),
    switch(B(Bridge::BinauralActive), "binaural_active", From::Now),
    idle(
        B(Bridge::JitterBuffer),
        "jitterbuffer",
        ValueKind::Bool,
        NoEffect::AlwaysAdaptive,
    ),
    followed(
        B(Bridge::Template),
        "template",
        ValueKind::ProfileName,
        From::Now,
    ),
    switch(B(Bridge::Announcements), "announcements", From::Now),
];

/// Sounds that take the place of a prompt; bridge options too.
pub const SOUND_OPTIONS: [KnownOption; 25] = [
    sound(SoundName::Join, "sound_join"),
    sound(SoundName::Leave, "sound_leave"),
    sound(SoundName::HasJoined, "sound_has_joined"),
    sound(SoundName::HasLeft, "sound_has_left"),
    sound(SoundName::Kicked, "sound_kicked"),
    sound(SoundName::Muted, "sound_muted"),
    sound(SoundName::Unmuted, "sound_unmuted"),
    sound(SoundName::ParticipantsMuted, "sound_participants_muted"),
    sound(SoundName::ParticipantsUnmuted, "sound_participants_unmuted"),
    sound(SoundName::OnlyPerson, "sound_only_person"),
    sound(SoundName::OnlyOne, "sound_only_one"),
    sound(SoundName::ThereAre, "sound_there_are"),
    sound(SoundName::OtherInParty, "sound_other_in_party"),
    sound(SoundName::WaitForLeader, "sound_wait_for_leader"),
    sound(SoundName::LeaderHasLeft, "sound_leader_has_left"),
    sound(SoundName::Begin, "sound_begin"),
    sound(
        SoundName::PlaceIntoConference,
        "sound_place_into_conference",
    ),
    sound(SoundName::GetPin, "sound_get_pin"),
    sound(SoundName::InvalidPin, "sound_invalid_pin"),
    sound(SoundName::Locked, "sound_locked"),
    sound(SoundName::LockedNow, "sound_locked_now"),
    sound(SoundName::UnlockedNow, "sound_unlocked_now"),
    sound(SoundName::ErrorMenu, "sound_error_menu"),
    sound(SoundName::BinauralOn, "sound_binaural_on"),
    sound(SoundName::BinauralOff, "sound_binaural_off"),
];

const VIDEO_MODES: [&str; 5] = [
    "none",
    "follow_talker",
    "last_marked",
    "first_marked",
    "sfu",
];
const REMB_BEHAVIORS: [&str; 7] = [
    "average",
    "lowest",
    "highest",
    "average_all",
    "lowest_all",
    "highest_all",
    "force",
];
/// The names of all options together are far below what a text of options may hold.
const _: () = assert!(limits::OPTION_LINES > USER_OPTIONS.len() + SOUND_OPTIONS.len());

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_section_has_a_name_twice_and_every_name_is_found_in_any_case() {
        for section in OptionSection::ALL {
            let names: std::collections::BTreeSet<_> =
                section.options().map(|option| option.name).collect();
            assert_eq!(names.len(), section.options().count());
            for name in names {
                assert_eq!(section.find(&name.to_uppercase()).unwrap().name, name);
            }
        }
    }

    #[test]
    fn no_two_options_are_the_same() {
        let ids: std::collections::BTreeSet<_> = OptionSection::ALL
            .into_iter()
            .flat_map(OptionSection::options)
            .map(|option| option.id)
            .collect();
        let count = USER_OPTIONS.len() + BRIDGE_OPTIONS.len() + SOUND_OPTIONS.len();
        assert_eq!(ids.len(), count);
    }

    #[test]
    fn what_rooms_do_today_is_a_value_of_the_option() {
        for option in OptionSection::ALL
            .into_iter()
            .flat_map(OptionSection::options)
        {
            if let Fate::Kept { today } = option.fate {
                assert!(today.is_empty() || option.kind.accepts(today), "{option:?}");
            }
        }
    }
}

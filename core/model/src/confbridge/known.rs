//! Every option of ConfBridge's user and bridge profiles; follows none of them.

use super::{Fate, NoEffect, Refused, RoomField, ValueKind};
use crate::limits;

/// One option that ConfBridge knows.
#[derive(Debug, PartialEq, Eq)]
pub struct KnownOption {
    pub name: &'static str,
    pub kind: ValueKind,
    pub fate: Fate,
}

/// Which profile an option belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
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

const fn option(name: &'static str, kind: ValueKind, fate: Fate) -> KnownOption {
    KnownOption { name, kind, fate }
}

/// A yes or no that rooms do not follow yet; they do as `today` says.
const fn flag(name: &'static str, today: &'static str) -> KnownOption {
    option(name, ValueKind::Bool, Fate::Kept { today })
}

const fn idle(name: &'static str, kind: ValueKind, why: NoEffect) -> KnownOption {
    option(name, kind, Fate::NoEffect(why))
}

const fn field(name: &'static str, kind: ValueKind, field: RoomField) -> KnownOption {
    option(name, kind, Fate::Field(field))
}

const fn refused(name: &'static str, kind: ValueKind, why: Refused) -> KnownOption {
    option(name, kind, Fate::Refused(why))
}

const fn sound(name: &'static str) -> KnownOption {
    option(name, ValueKind::Sound, Fate::Kept { today: "" })
}

const ANY_NUMBER: ValueKind = ValueKind::Number { most: u32::MAX };
/// `char[128]` in ConfBridge, with its zero.
const NAME: ValueKind = ValueKind::Text { most: 127 };

/// What callers are asked, told and allowed.
pub const USER_OPTIONS: [KnownOption; 30] = [
    flag("admin", "no"),
    flag("marked", "no"),
    flag("wait_marked", "no"),
    flag("end_marked", "no"),
    flag("end_marked_any", "no"),
    flag("startmuted", "no"),
    field(
        "music_on_hold_when_empty",
        ValueKind::Bool,
        RoomField::Music,
    ),
    field("music_on_hold_class", NAME, RoomField::Music),
    flag("quiet", "no"),
    flag("hear_own_join_sound", "no"),
    flag("announce_user_count", "no"),
    option(
        "announce_user_count_all",
        ValueKind::BoolOrCount,
        Fate::Kept { today: "no" },
    ),
    flag("announce_only_user", "yes"),
    field("announce_join_leave", ValueKind::Bool, RoomField::Message),
    flag("announce_join_leave_review", "no"),
    refused("pin", ValueKind::Text { most: 79 }, Refused::SecretInText),
    option("announcement", ValueKind::Sound, Fate::Kept { today: "" }),
    option("timeout", ANY_NUMBER, Fate::Kept { today: "0" }),
    flag("denoise", "no"),
    idle("jitterbuffer", ValueKind::Bool, NoEffect::AlwaysAdaptive),
    idle(
        "dsp_drop_silence",
        ValueKind::Bool,
        NoEffect::SilenceIsDropped,
    ),
    option(
        "dsp_talking_threshold",
        ANY_NUMBER,
        Fate::Kept { today: "" },
    ),
    option(
        "dsp_silence_threshold",
        ANY_NUMBER,
        Fate::Kept { today: "" },
    ),
    flag("talk_detection_events", "yes"),
    flag("dtmf_passthrough", "no"),
    idle("text_messaging", ValueKind::Bool, NoEffect::NoTextInCalls),
    idle("send_events", ValueKind::Bool, NoEffect::NoTextInCalls),
    idle("echo_events", ValueKind::Bool, NoEffect::NoTextInCalls),
    idle("answer_channel", ValueKind::Bool, NoEffect::AlwaysAnswered),
    refused("template", NAME, Refused::NoProfiles),
];

/// What holds for the room as a whole.
pub const BRIDGE_OPTIONS: [KnownOption; 22] = [
    option("max_members", ANY_NUMBER, Fate::Kept { today: "0" }),
    field("language", ValueKind::Language, RoomField::Language),
    idle(
        "internal_sample_rate",
        ValueKind::SampleRate { or: "auto" },
        NoEffect::RateOfThePhone,
    ),
    option(
        "maximum_sample_rate",
        ValueKind::SampleRate { or: "none" },
        Fate::Kept { today: "none" },
    ),
    idle(
        "mixing_interval",
        ValueKind::OneOf(&["10", "20", "40", "80"]),
        NoEffect::FixedInterval,
    ),
    flag("record_conference", "no"),
    option("record_file", ValueKind::FileName, Fate::Kept { today: "" }),
    flag("record_file_append", ""),
    flag("record_file_timestamp", ""),
    refused("record_options", NAME, Refused::RecorderSwitches),
    refused("record_command", NAME, Refused::RunsAProgram),
    idle(
        "regcontext",
        ValueKind::Text { most: 79 },
        NoEffect::NoDialplan,
    ),
    idle(
        "video_mode",
        ValueKind::OneOf(&VIDEO_MODES),
        NoEffect::NoVideo,
    ),
    idle("video_update_discard", ANY_NUMBER, NoEffect::NoVideo),
    idle("remb_send_interval", ANY_NUMBER, NoEffect::NoVideo),
    idle(
        "remb_behavior",
        ValueKind::OneOf(&REMB_BEHAVIORS),
        NoEffect::NoVideo,
    ),
    idle("remb_estimated_bitrate", ANY_NUMBER, NoEffect::NoVideo),
    idle("enable_events", ValueKind::Bool, NoEffect::NoTextInCalls),
    idle("binaural_active", ValueKind::Bool, NoEffect::OneChannel),
    idle("jitterbuffer", ValueKind::Bool, NoEffect::AlwaysAdaptive),
    refused("template", NAME, Refused::NoProfiles),
    flag("announcements", "yes"),
];

/// Sounds that take the place of a prompt; bridge options too.
pub const SOUND_OPTIONS: [KnownOption; 25] = [
    sound("sound_join"),
    sound("sound_leave"),
    sound("sound_has_joined"),
    sound("sound_has_left"),
    sound("sound_kicked"),
    sound("sound_muted"),
    sound("sound_unmuted"),
    sound("sound_participants_muted"),
    sound("sound_participants_unmuted"),
    sound("sound_only_person"),
    sound("sound_only_one"),
    sound("sound_there_are"),
    sound("sound_other_in_party"),
    sound("sound_wait_for_leader"),
    sound("sound_leader_has_left"),
    sound("sound_begin"),
    sound("sound_place_into_conference"),
    sound("sound_get_pin"),
    sound("sound_invalid_pin"),
    sound("sound_locked"),
    sound("sound_locked_now"),
    sound("sound_unlocked_now"),
    sound("sound_error_menu"),
    sound("sound_binaural_on"),
    sound("sound_binaural_off"),
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

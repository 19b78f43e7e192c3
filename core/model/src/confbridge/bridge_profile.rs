//! What holds for a room as a whole, as ConfBridge's bridge profile says it; applies nothing.

use super::{
    BridgeOption, Finding, OptionId, OptionLine, OptionSection, ProgramName, RecordFile,
    RecorderOptions, SoundChoice, Sounds, read_options, read_recorder_options,
};

/// The bridge options that rooms follow, read once. What the room's own fields decide (language)
/// is not here.
///
/// The default is what a room does when nothing is typed.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "ConfBridge has these switches, each by itself"
)]
pub struct BridgeProfile {
    /// `None`: as many as a room can hold.
    pub max_members: Option<u32>,
    /// `None`: every phone gets the rate of its own codec.
    pub internal_sample_rate_hz: Option<u32>,
    pub maximum_sample_rate_hz: Option<u32>,
    pub mixing_interval_ms: u32,
    pub record_conference: bool,
    pub record_file: RecordFile,
    pub record_options: RecorderOptions,
    pub record_command: Option<ProgramName>,
    pub regcontext: Option<String>,
    pub video_mode: VideoMode,
    pub video: VideoOptions,
    pub enable_events: bool,
    pub binaural: bool,
    /// False: nothing is said or sounded to all, and no names are asked for.
    pub announcements: bool,
    pub sounds: Sounds,
}

/// Whose picture everybody sees.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum VideoMode {
    #[default]
    None,
    FollowTalker,
    LastMarked,
    FirstMarked,
    Sfu,
}

/// How pictures are handled, whoever is seen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct VideoOptions {
    /// So long after one request for a whole picture others are dropped; 0: none is.
    pub update_discard_ms: u32,
    /// How often senders are told what receivers can take; 0: never.
    pub remb_send_interval_ms: u32,
    pub remb: RembBehavior,
    /// In bits per second, what `force` tells; 0: nothing.
    pub remb_estimated_bitrate: u32,
}

/// How the receivers' estimates become one.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum RembBehavior {
    /// Of those who see the sender.
    #[default]
    Average,
    Lowest,
    Highest,
    /// Of all receivers of the room, the same for each sender.
    AverageAll,
    LowestAll,
    HighestAll,
    Force,
}

impl Default for VideoOptions {
    fn default() -> Self {
        Self {
            update_discard_ms: 2_000,
            remb_send_interval_ms: 0,
            remb: RembBehavior::Average,
            remb_estimated_bitrate: 0,
        }
    }
}

impl Default for BridgeProfile {
    fn default() -> Self {
        Self {
            max_members: None,
            internal_sample_rate_hz: None,
            maximum_sample_rate_hz: None,
            mixing_interval_ms: 20,
            record_conference: false,
            record_file: RecordFile::default(),
            record_options: RecorderOptions::default(),
            record_command: None,
            regcontext: None,
            video_mode: VideoMode::None,
            video: VideoOptions::default(),
            enable_events: false,
            binaural: false,
            announcements: true,
            sounds: Sounds::default(),
        }
    }
}

impl BridgeProfile {
    /// Reads Options. Lines that are not accepted say nothing here.
    #[must_use]
    pub fn read(text: &str) -> Self {
        let mut profile = Self::default();
        for line in read_options(OptionSection::Bridge, text) {
            let Finding::Accepted(option) = line.finding else {
                continue;
            };
            match option.id {
                OptionId::Bridge(id) => profile.take(id, &line),
                OptionId::Sound(name) => {
                    if let Some(choice) = SoundChoice::read(line.value) {
                        profile.sounds.choose(name, choice);
                    }
                }
                OptionId::User(_) => {}
            }
        }
        profile
    }

    fn take(&mut self, id: BridgeOption, line: &OptionLine<'_>) {
        let number = line.as_number().filter(|number| *number > 0);
        let yes = line.as_bool().unwrap_or_default();
        match id {
            BridgeOption::MaxMembers => self.max_members = number,
            BridgeOption::InternalSampleRate => self.internal_sample_rate_hz = number,
            BridgeOption::MaximumSampleRate => self.maximum_sample_rate_hz = number,
            BridgeOption::MixingInterval => {
                self.mixing_interval_ms = number.unwrap_or(self.mixing_interval_ms);
            }
            BridgeOption::RecordConference => self.record_conference = yes,
            BridgeOption::RecordFile => self.record_file.name = Some(line.value.to_owned()),
            BridgeOption::RecordFileAppend => self.record_file.append = yes,
            BridgeOption::RecordFileTimestamp => self.record_file.timestamp = yes,
            BridgeOption::RecordOptions => {
                self.record_options = read_recorder_options(line.value).unwrap_or_default();
            }
            BridgeOption::RecordCommand => self.record_command = line.value.parse().ok(),
            BridgeOption::RegContext => self.regcontext = Some(line.value.to_owned()),
            BridgeOption::VideoMode => self.video_mode = VideoMode::read(line.value),
            BridgeOption::EnableEvents => self.enable_events = yes,
            BridgeOption::BinauralActive => self.binaural = yes,
            BridgeOption::Announcements => self.announcements = yes,
            // The room's own field decides.
            BridgeOption::Language => {}
            BridgeOption::VideoUpdateDiscard => {
                self.video.update_discard_ms = number.unwrap_or_default();
            }
            BridgeOption::RembSendInterval => {
                self.video.remb_send_interval_ms = number.unwrap_or_default();
            }
            BridgeOption::RembBehavior => self.video.remb = RembBehavior::read(line.value),
            BridgeOption::RembEstimatedBitrate => {
                self.video.remb_estimated_bitrate = number.unwrap_or_default();
            }
            // Not accepted, or without effect: the jitter buffer adapts itself. What a template
            // says was read before.
            BridgeOption::JitterBuffer | BridgeOption::Template => {}
        }
    }

    /// Whether a second recording of a meeting goes on in the file of the first: the option says
    /// so, or the letter for it.
    #[must_use]
    pub fn appends_recordings(&self) -> bool {
        self.record_file.append || self.record_options.append
    }
}

impl RembBehavior {
    fn read(word: &str) -> Self {
        match word.to_ascii_lowercase().as_str() {
            "lowest" => RembBehavior::Lowest,
            "highest" => RembBehavior::Highest,
            "average_all" => RembBehavior::AverageAll,
            "lowest_all" => RembBehavior::LowestAll,
            "highest_all" => RembBehavior::HighestAll,
            "force" => RembBehavior::Force,
            _ => RembBehavior::Average,
        }
    }
}

impl VideoMode {
    /// As the option says it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            VideoMode::None => "none",
            VideoMode::FollowTalker => "follow_talker",
            VideoMode::LastMarked => "last_marked",
            VideoMode::FirstMarked => "first_marked",
            VideoMode::Sfu => "sfu",
        }
    }

    fn read(word: &str) -> Self {
        match word.to_ascii_lowercase().as_str() {
            "follow_talker" => VideoMode::FollowTalker,
            "last_marked" => VideoMode::LastMarked,
            "first_marked" => VideoMode::FirstMarked,
            "sfu" => VideoMode::Sfu,
            _ => VideoMode::None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Fate, SoundName};
    use super::*;
    use crate::Prompt;

    #[test]
    fn every_option_is_read_from_its_own_line() {
        let nothing = BridgeProfile::default();
        for (line, option) in [
            ("max_members=7", BridgeOption::MaxMembers),
            (
                "internal_sample_rate=16000",
                BridgeOption::InternalSampleRate,
            ),
            ("maximum_sample_rate=8000", BridgeOption::MaximumSampleRate),
            ("mixing_interval=40", BridgeOption::MixingInterval),
            ("record_conference=yes", BridgeOption::RecordConference),
            ("record_file=a.wav", BridgeOption::RecordFile),
            ("record_file_append=no", BridgeOption::RecordFileAppend),
            (
                "record_file_timestamp=no",
                BridgeOption::RecordFileTimestamp,
            ),
            ("record_options=v(2)", BridgeOption::RecordOptions),
            ("record_command=mail", BridgeOption::RecordCommand),
            ("regcontext=rooms", BridgeOption::RegContext),
            ("video_mode=sfu", BridgeOption::VideoMode),
            ("video_update_discard=0", BridgeOption::VideoUpdateDiscard),
            ("remb_send_interval=500", BridgeOption::RembSendInterval),
            ("remb_behavior=lowest_all", BridgeOption::RembBehavior),
            (
                "remb_estimated_bitrate=64000",
                BridgeOption::RembEstimatedBitrate,
            ),
            ("enable_events=yes", BridgeOption::EnableEvents),
            ("binaural_active=yes", BridgeOption::BinauralActive),
            ("announcements=no", BridgeOption::Announcements),
        ] {
            assert_ne!(BridgeProfile::read(line), nothing, "{option:?}");
        }
        for nothing_said in [
            "max_members=0",
            "internal_sample_rate=auto",
            "mixing_interval=20",
        ] {
            assert_eq!(BridgeProfile::read(nothing_said), nothing, "{nothing_said}");
        }
    }

    // Defect 21
    #[test]
    fn a_jitterbuffer_for_the_room_changes_nothing_and_least_of_all_another_option() {
        let known = OptionSection::Bridge.find("jitterbuffer").unwrap();
        assert!(matches!(known.fate, Fate::NoEffect(_)), "and it is said");
        for other in ["", "remb_behavior=lowest\n"] {
            for line in ["jitterbuffer=yes", "jitterbuffer=no"] {
                let with = BridgeProfile::read(&format!("{other}{line}"));
                assert_eq!(with, BridgeProfile::read(other), "{line}");
            }
        }
    }

    #[test]
    fn every_sound_is_chosen_by_its_own_line() {
        for option in OptionSection::Bridge.options() {
            let OptionId::Sound(name) = option.id else {
                continue;
            };
            let profile = BridgeProfile::read(&format!("{}=beep", option.name));
            let chosen = profile.sounds.chosen(name);
            assert_eq!(chosen, Some(&SoundChoice::Ours(Prompt::Beep)), "{name:?}");
        }
        let silent = BridgeProfile::read("sound_join=silence\nsound_leave=acme/gong");
        assert_eq!(
            silent.sounds.chosen(SoundName::Join),
            Some(&SoundChoice::Silence)
        );
        let file = SoundChoice::File("acme/gong".into());
        assert_eq!(silent.sounds.chosen(SoundName::Leave), Some(&file));
    }
}

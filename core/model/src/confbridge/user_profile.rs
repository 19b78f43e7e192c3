//! What a caller is asked, told and allowed, as ConfBridge's user profile says it; applies nothing.

use std::time::Duration;

use super::{Finding, OptionId, OptionLine, OptionSection, SoundChoice, UserOption, read_options};

/// The user options that rooms follow, read once. What the room's own fields decide (PIN, music,
/// names) is not here.
///
/// The default is what a room does when nothing is typed.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "ConfBridge has these switches, each by itself"
)]
pub struct UserProfile {
    /// May join a locked or full room and use the admin keys.
    pub admin: bool,
    /// A leader, for whom the others may have to wait. Never waits.
    pub marked: bool,
    pub wait_marked: bool,
    /// Is removed when the last leader leaves.
    pub end_marked: bool,
    /// Is removed when any leader leaves.
    pub end_marked_any: bool,
    pub start_muted: bool,
    pub quiet: bool,
    pub hear_own_join_sound: bool,
    pub announce_user_count: bool,
    pub announce_user_count_all: CountAll,
    pub announce_only_user: bool,
    pub announce_join_leave_review: bool,
    pub announcement: Option<SoundChoice>,
    /// How long one may be in the room.
    pub timeout: Option<Duration>,
    pub denoise: bool,
    pub drop_silence: bool,
    /// Mean of the absolute 16-bit samples of a frame from which on it is speech, from 1; `None`:
    /// our own detector decides.
    pub talking_threshold: Option<u32>,
    /// How long silence must last; `None`: our own detector decides.
    pub silence_threshold: Option<Duration>,
    pub talk_detection_events: bool,
    pub dtmf_passthrough: bool,
    pub text_messaging: bool,
    pub send_events: bool,
    pub echo_events: bool,
    /// False: the caller is in the room without the call being answered (early media).
    pub answer: bool,
}

/// Whether everybody is told how many there are when one more comes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CountAll {
    Never,
    Always,
    /// Only when more than this many are there, the one who comes among them.
    Above(u32),
}

impl Default for UserProfile {
    fn default() -> Self {
        Self {
            admin: false,
            marked: false,
            wait_marked: false,
            end_marked: false,
            end_marked_any: false,
            start_muted: false,
            quiet: false,
            hear_own_join_sound: false,
            announce_user_count: false,
            announce_user_count_all: CountAll::Never,
            announce_only_user: true,
            announce_join_leave_review: false,
            announcement: None,
            timeout: None,
            denoise: false,
            drop_silence: false,
            talking_threshold: None,
            silence_threshold: None,
            talk_detection_events: true,
            dtmf_passthrough: false,
            text_messaging: true,
            send_events: false,
            echo_events: true,
            answer: true,
        }
    }
}

impl UserProfile {
    /// Reads User options. Lines that are not accepted say nothing here.
    #[must_use]
    pub fn read(text: &str) -> Self {
        Self::default().with(text)
    }

    /// What other User options say in place of these; what they do not say stays.
    #[must_use]
    pub fn with(self, text: &str) -> Self {
        let mut profile = self;
        for line in read_options(OptionSection::User, text) {
            if let Finding::Accepted(option) = line.finding
                && let OptionId::User(id) = option.id
            {
                profile.take(id, &line);
            }
        }
        profile
    }

    fn take(&mut self, id: UserOption, line: &OptionLine<'_>) {
        let number = line.as_number().unwrap_or_default();
        let above_zero = Some(number).filter(|number| *number > 0);
        let yes = line.as_bool().unwrap_or_default();
        match id {
            UserOption::Admin => self.admin = yes,
            UserOption::Marked => self.marked = yes,
            UserOption::WaitMarked => self.wait_marked = yes,
            UserOption::EndMarked => self.end_marked = yes,
            UserOption::EndMarkedAny => self.end_marked_any = yes,
            UserOption::StartMuted => self.start_muted = yes,
            UserOption::Quiet => self.quiet = yes,
            UserOption::HearOwnJoinSound => self.hear_own_join_sound = yes,
            UserOption::AnnounceUserCount => self.announce_user_count = yes,
            UserOption::AnnounceUserCountAll => {
                self.announce_user_count_all = match line.as_bool() {
                    Some(true) => CountAll::Always,
                    Some(false) => CountAll::Never,
                    None => CountAll::Above(number),
                }
            }
            UserOption::AnnounceOnlyUser => self.announce_only_user = yes,
            UserOption::AnnounceJoinLeaveReview => self.announce_join_leave_review = yes,
            UserOption::Announcement => self.announcement = SoundChoice::read(line.value),
            UserOption::Timeout => {
                self.timeout = above_zero.map(|seconds| Duration::from_secs(seconds.into()));
            }
            UserOption::Denoise => self.denoise = yes,
            UserOption::DspDropSilence => self.drop_silence = yes,
            UserOption::DspTalkingThreshold => self.talking_threshold = above_zero,
            UserOption::DspSilenceThreshold => {
                self.silence_threshold =
                    above_zero.map(|millis| Duration::from_millis(millis.into()));
            }
            UserOption::TalkDetectionEvents => self.talk_detection_events = yes,
            UserOption::DtmfPassthrough => self.dtmf_passthrough = yes,
            UserOption::TextMessaging => self.text_messaging = yes,
            UserOption::SendEvents => self.send_events = yes,
            UserOption::EchoEvents => self.echo_events = yes,
            UserOption::AnswerChannel => self.answer = yes,
            // Fields of the room, or refused; what a template says was read before.
            UserOption::MusicOnHoldWhenEmpty
            | UserOption::MusicOnHoldClass
            | UserOption::AnnounceJoinLeave
            | UserOption::Pin
            | UserOption::Template => {}
            // Every call has one that adapts itself.
            UserOption::JitterBuffer => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_switch_is_read_from_its_own_line() {
        let nothing = UserProfile::default();
        for option in OptionSection::User.options() {
            let values: &[&str] = match option.id {
                OptionId::User(
                    UserOption::MusicOnHoldWhenEmpty
                    | UserOption::MusicOnHoldClass
                    | UserOption::AnnounceJoinLeave
                    | UserOption::Pin
                    | UserOption::Template
                    | UserOption::JitterBuffer,
                ) => continue,
                OptionId::User(UserOption::Announcement) => &["conf-welcome"],
                OptionId::User(
                    UserOption::Timeout
                    | UserOption::DspTalkingThreshold
                    | UserOption::DspSilenceThreshold,
                ) => &["17"],
                OptionId::User(_) | OptionId::Bridge(_) | OptionId::Sound(_) => &["yes", "no"],
            };
            let changed = values
                .iter()
                .filter(|value| UserProfile::read(&format!("{}={value}", option.name)) != nothing);
            assert_eq!(changed.count(), 1, "{}", option.name);
        }
    }

    #[test]
    fn counts_are_told_always_never_or_above_a_number() {
        for (value, expected) in [
            ("yes", CountAll::Always),
            ("1", CountAll::Always),
            ("no", CountAll::Never),
            ("0", CountAll::Never),
            ("2", CountAll::Above(2)),
        ] {
            let profile = UserProfile::read(&format!("announce_user_count_all={value}"));
            assert_eq!(profile.announce_user_count_all, expected, "{value}");
        }
        let later = "announce_user_count_all=7\nannounce_user_count_all=yes";
        let profile = UserProfile::read(later);
        assert_eq!(profile.announce_user_count_all, CountAll::Always);
    }

    #[test]
    fn a_line_that_is_refused_says_nothing() {
        let profile = UserProfile::read("admin=maybe\nmax_members=2\nmarked");
        assert_eq!(profile, UserProfile::default());
    }
}

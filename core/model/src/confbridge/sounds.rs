//! Which sound takes the place of which; holds no sound.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::sync::Arc;

use super::{Finding, OptionLine, OptionSection, SoundName, ValueKind, read_options};
use crate::Prompt;

/// What an option names as a sound.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SoundChoice {
    Silence,
    /// By the name of its file.
    Ours(Prompt),
    /// One that the operator uploaded.
    File(Arc<str>),
}

impl SoundChoice {
    /// `silence`, the name of a prompt, ours or ConfBridge's, or of a file; nothing where nothing
    /// is typed.
    #[must_use]
    pub fn read(value: &str) -> Option<Self> {
        if value.is_empty() {
            return None;
        }
        if value.eq_ignore_ascii_case("silence") {
            return Some(SoundChoice::Silence);
        }
        let ours = Prompt::of_stem(value).or_else(|| confbridge_prompt(value));
        ours.map(SoundChoice::Ours)
            .or_else(|| Some(SoundChoice::File(value.into())))
    }
}

/// The name that [`SoundChoice::read`] takes.
impl fmt::Display for SoundChoice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            SoundChoice::Silence => f.write_str("silence"),
            SoundChoice::Ours(prompt) => f.write_str(&prompt.file_stem()),
            SoundChoice::File(name) => f.write_str(name),
        }
    }
}

/// The operator's sounds that both texts of a room's options name.
#[must_use]
pub fn sound_files(options: &str, user_options: &str) -> BTreeSet<Arc<str>> {
    let texts = [
        (OptionSection::Bridge, options),
        (OptionSection::User, user_options),
    ];
    let lines = texts
        .into_iter()
        .flat_map(|(section, text)| read_options(section, text));
    lines.filter_map(|line| line.sound_file()).collect()
}

impl OptionLine<'_> {
    /// The operator's sound that the line names, if it holds.
    #[must_use]
    pub fn sound_file(&self) -> Option<Arc<str>> {
        let Finding::Accepted(option) = self.finding else {
            return None;
        };
        match SoundChoice::read(self.value) {
            Some(SoundChoice::File(file)) if option.kind == ValueKind::Sound => Some(file),
            Some(SoundChoice::File(_) | SoundChoice::Ours(_) | SoundChoice::Silence) | None => None,
        }
    }
}

impl SoundName {
    /// What is heard where nothing was chosen; `None`: never anything, as in ConfBridge.
    #[must_use]
    pub const fn ours(self) -> Option<Prompt> {
        let prompt = match self {
            SoundName::Join => Prompt::JoinTone,
            SoundName::Leave => Prompt::LeaveTone,
            SoundName::HasJoined => Prompt::HasJoined,
            SoundName::HasLeft => Prompt::HasLeft,
            SoundName::Kicked => Prompt::Removed,
            SoundName::Muted => Prompt::Muted,
            SoundName::Unmuted => Prompt::Unmuted,
            SoundName::ParticipantsMuted => Prompt::AllMuted,
            SoundName::ParticipantsUnmuted => Prompt::AllUnmuted,
            SoundName::OnlyPerson => Prompt::OnlyOne,
            SoundName::OnlyOne => Prompt::OneOtherHere,
            SoundName::ThereAre => Prompt::ThereAre,
            SoundName::OtherInParty => Prompt::OthersHere,
            SoundName::WaitForLeader => Prompt::WaitForLeader,
            SoundName::LeaderHasLeft => Prompt::LeaderHasLeft,
            SoundName::Begin => Prompt::ConferenceBegins,
            SoundName::PlaceIntoConference => return None,
            SoundName::GetPin => Prompt::PinPlease,
            SoundName::InvalidPin => Prompt::PinWrong,
            SoundName::Locked => Prompt::RoomLocked,
            SoundName::LockedNow => Prompt::LockedNow,
            SoundName::UnlockedNow => Prompt::UnlockedNow,
            SoundName::ErrorMenu => Prompt::NotPossible,
            SoundName::BinauralOn => Prompt::BinauralOn,
            SoundName::BinauralOff => Prompt::BinauralOff,
        };
        Some(prompt)
    }

    /// The file that ConfBridge plays where nothing was chosen.
    #[must_use]
    pub const fn confbridge_file(self) -> &'static str {
        match self {
            SoundName::Join => "confbridge-join",
            SoundName::Leave => "confbridge-leave",
            SoundName::HasJoined => "conf-hasjoin",
            SoundName::HasLeft => "conf-hasleft",
            SoundName::Kicked => "conf-kicked",
            SoundName::Muted => "conf-muted",
            SoundName::Unmuted => "conf-unmuted",
            SoundName::ParticipantsMuted => "conf-now-muted",
            SoundName::ParticipantsUnmuted => "conf-now-unmuted",
            SoundName::OnlyPerson => "conf-onlyperson",
            SoundName::OnlyOne => "conf-onlyone",
            SoundName::ThereAre => "conf-thereare",
            SoundName::OtherInParty => "conf-otherinparty",
            SoundName::WaitForLeader => "conf-waitforleader",
            SoundName::LeaderHasLeft => "conf-leaderhasleft",
            SoundName::Begin => "confbridge-conf-begin",
            SoundName::PlaceIntoConference => "conf-placeintoconf",
            SoundName::GetPin => "conf-getpin",
            SoundName::InvalidPin => "conf-invalidpin",
            SoundName::Locked => "conf-locked",
            SoundName::LockedNow => "conf-lockednow",
            SoundName::UnlockedNow => "conf-unlockednow",
            SoundName::ErrorMenu => "conf-errormenu",
            SoundName::BinauralOn => "confbridge-binaural-on",
            SoundName::BinauralOff => "confbridge-binaural-off",
        }
    }
}

/// What ConfBridge's own files say, said by us, so that a line which names one of them holds.
fn confbridge_prompt(file: &str) -> Option<Prompt> {
    super::SOUND_OPTIONS.iter().find_map(|option| {
        let super::OptionId::Sound(name) = option.id else {
            return None;
        };
        name.ours().filter(|_| name.confbridge_file() == file)
    })
}

/// The sounds that a room has in place of ours.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sounds(BTreeMap<SoundName, SoundChoice>);

impl Sounds {
    /// `None`: ours.
    #[must_use]
    pub fn chosen(&self, name: SoundName) -> Option<&SoundChoice> {
        self.0.get(&name)
    }

    pub(super) fn choose(&mut self, name: SoundName, choice: SoundChoice) {
        self.0.insert(name, choice);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn confbridges_own_files_are_said_by_us() {
        let choice = SoundChoice::read("conf-kicked");
        assert_eq!(choice, Some(SoundChoice::Ours(Prompt::Removed)));
        assert_eq!(SoundChoice::read("Silence"), Some(SoundChoice::Silence));
        let file = SoundChoice::File("conf-placeintoconf".into());
        assert_eq!(SoundChoice::read("conf-placeintoconf"), Some(file));
        assert_eq!(SoundChoice::read(""), None);
    }

    #[test]
    fn the_files_that_options_name_are_found_and_no_others() {
        let options = "sound_join=gong\nsound_leave=beep\nsound_begin=a\nsound_begin=silence";
        let found = sound_files(options, "announcement=welcome\nquiet=yes");
        let names: Vec<&str> = found.iter().map(AsRef::as_ref).collect();
        assert_eq!(names, ["gong", "welcome"]);
    }
}

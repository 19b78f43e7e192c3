//! Which of Asterisk's sound files say what our prompts say; opens none of them.

use conclave_model::{Language, Prompt};

/// File names without ending, to be played one after the other.
pub(crate) type Phrase = Vec<String>;

/// Phrases that say `prompt`, the best first; none: nothing in Asterisk's sounds says it.
pub(crate) fn phrases(prompt: Prompt, language: Language) -> Vec<Phrase> {
    let names: &[&str] = match prompt {
        Prompt::PinPlease => &["conf-getpin", "confbridge-pin"],
        Prompt::PinWrong => &["conf-invalidpin", "confbridge-pin-bad"],
        Prompt::Goodbye => &["vm-goodbye", "goodbye"],
        Prompt::NoSuchRoom => &["confbridge-invalid", "conf-invalid"],
        Prompt::RoomFull => &["conf-full"],
        Prompt::RoomLocked => &["conf-locked", "confbridge-locked"],
        Prompt::SayYourName => &["vm-rec-name"],
        Prompt::OnlyOne => &["conf-onlyperson", "confbridge-only-participant"],
        Prompt::HasJoined => &["conf-hasjoin", "confbridge-has-joined"],
        Prompt::HasLeft => &["conf-hasleft", "confbridge-has-left"],
        Prompt::ThereAre => &["conf-thereare", "confbridge-there-are"],
        Prompt::PeopleHere => &["confbridge-participants"],
        Prompt::OneOtherHere => &["conf-onlyone"],
        Prompt::OthersHere => &["conf-otherinparty"],
        Prompt::Removed => &["conf-kicked", "confbridge-removed"],
        Prompt::Ended => &["confbridge-conf-end"],
        Prompt::Muted => &["conf-muted", "confbridge-muted"],
        Prompt::Unmuted => &["conf-unmuted", "confbridge-unmuted"],
        Prompt::NotPossible => &["conf-errormenu"],
        Prompt::LockedNow => &["conf-lockednow"],
        Prompt::UnlockedNow => &["conf-unlockednow"],
        Prompt::AllMuted => &["conf-now-muted"],
        Prompt::AllUnmuted => &["conf-now-unmuted"],
        Prompt::BinauralOn => &["confbridge-binaural-on"],
        Prompt::BinauralOff => &["confbridge-binaural-off"],
        Prompt::Star => &["digits/star"],
        Prompt::Pound => &["digits/pound"],
        Prompt::BeingRecorded => &["conf-now-recording"],
        Prompt::WaitForLeader => &["conf-waitforleader", "confbridge-wait-for-leader"],
        Prompt::ConferenceBegins => &["confbridge-conf-begin", "confbridge-begin-leader"],
        Prompt::LeaderHasLeft => &["conf-leaderhasleft", "confbridge-leader-has-left"],
        Prompt::Beep => &["beep"],
        Prompt::JoinTone => &["confbridge-join"],
        Prompt::LeaveTone => &["confbridge-leave"],
        Prompt::OneBefore => one_before(language),
        Prompt::And => and(language),
        Prompt::Hundred => &["digits/hundred"],
        Prompt::Thousand => &["digits/thousand"],
        Prompt::Number(number) => return vec![spoken_number(number, language)],
        Prompt::TwoTriesLeft
        | Prompt::OneTryLeft
        | Prompt::Sorry
        | Prompt::ServerBusy
        | Prompt::NoNameHeard
        | Prompt::ACaller
        | Prompt::NameReview
        | Prompt::HaveJoined
        | Prompt::HaveLeft
        | Prompt::Others
        | Prompt::OneOther
        | Prompt::Callers
        | Prompt::MutedHint
        | Prompt::RecordingEnded
        | Prompt::TimeUp
        | Prompt::EchoTest
        | Prompt::OnlyModerators
        | Prompt::OthersMuted
        | Prompt::AskedToSpeak
        | Prompt::WaitingLetIn
        | Prompt::NobodyWaits
        | Prompt::AnnouncementsOn
        | Prompt::AnnouncementsOff
        | Prompt::GoesOn
        | Prompt::Press
        | Prompt::Key(_) => &[],
    };
    names.iter().map(|name| vec![(*name).to_owned()]).collect()
}

fn one_before(language: Language) -> &'static [&'static str] {
    match language {
        Language::English => &["digits/1"],
        Language::German => &["digits/1N"],
    }
}

fn and(language: Language) -> &'static [&'static str] {
    match language {
        Language::English => &[],
        Language::German => &["digits/and"],
    }
}

/// English says twenty-one, German one-and-twenty: its files are `1-and` and `20`.
fn spoken_number(number: u8, language: Language) -> Phrase {
    let (tens, ones) = (number / 10 * 10, number % 10);
    if number <= 20 || ones == 0 {
        return vec![format!("digits/{number}")];
    }
    match language {
        Language::English => vec![format!("digits/{tens}"), format!("digits/{ones}")],
        Language::German => vec![format!("digits/{ones}-and"), format!("digits/{tens}")],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_put_together_as_each_language_does() {
        assert_eq!(spoken_number(20, Language::English), ["digits/20"]);
        assert_eq!(
            spoken_number(42, Language::English),
            ["digits/40", "digits/2"]
        );
        assert_eq!(
            spoken_number(42, Language::German),
            ["digits/2-and", "digits/40"]
        );
        assert_eq!(spoken_number(0, Language::German), ["digits/0"]);
    }
}

//! The sentences about menus of keys, in English and German; decides nothing.

use conclave_model::confbridge::Deed;
use conclave_model::{Language, limits};

pub(crate) fn is_menu(language: Language) -> &'static str {
    in_language(language, "this is a menu", "das ist ein Menü")
}

pub(crate) fn keys(language: Language) -> &'static str {
    in_language(
        language,
        "1 to 11 keys of 0-9, A-D, * and # before the equals sign",
        "1 bis 11 Tasten aus 0-9, A-D, * und # vor dem Gleichheitszeichen",
    )
}

pub(crate) fn no_action(language: Language) -> &'static str {
    in_language(
        language,
        "an action for these keys, such as toggle_mute; several are separated by commas",
        "eine Aktion für diese Tasten, etwa toggle_mute; mehrere trennt ein Komma",
    )
}

pub(crate) fn no_assignment(language: Language) -> &'static str {
    in_language(
        language,
        "keys and actions, such as *6=toggle_mute; comments begin with ;",
        "Tasten und Aktionen, etwa *6=toggle_mute; Kommentare beginnen mit ;",
    )
}

pub(crate) fn too_many(language: Language) -> String {
    let most = limits::MENU_ACTIONS;
    match language {
        Language::English => format!("at most {most} actions for the same keys"),
        Language::German => format!("höchstens {most} Aktionen für dieselben Tasten"),
    }
}

pub(crate) fn unknown(nearest: Option<&str>, language: Language) -> String {
    match (language, nearest) {
        (Language::English, Some(name)) => {
            format!("an action of ConfBridge or of ours; did you mean {name}?")
        }
        (Language::English, None) => {
            "an action of ConfBridge or of ours, such as toggle_mute".to_owned()
        }
        (Language::German, Some(name)) => {
            format!("eine Aktion von ConfBridge oder von uns; war {name} gemeint?")
        }
        (Language::German, None) => {
            "eine Aktion von ConfBridge oder von uns, etwa toggle_mute".to_owned()
        }
    }
}

pub(crate) fn elsewhere(extension: &str, language: Language) -> String {
    match language {
        Language::English => format!("goes to {extension} and comes back when that ends"),
        Language::German => format!("geht zu {extension} und kommt zurück, wenn das endet"),
    }
}

pub(crate) fn then(language: Language) -> &'static str {
    in_language(language, ", then ", ", dann ")
}

pub(crate) fn playback(language: Language) -> &'static str {
    in_language(
        language,
        "plays sounds to the end",
        "spielt Töne bis zum Ende",
    )
}

pub(crate) fn and_continue(language: Language) -> &'static str {
    in_language(
        language,
        "plays sounds until a key goes on",
        "spielt Töne, bis eine Taste weiterführt",
    )
}

/// What the one who presses the keys does.
pub(crate) fn deed(deed: Deed, language: Language) -> &'static str {
    let (english, german) = match deed {
        Deed::ToggleMute => (
            "mutes oneself or speaks again",
            "schaltet sich stumm oder wieder laut",
        ),
        Deed::ToggleBinaural => (
            "hears voices from places or from the middle",
            "hört Stimmen von Orten oder aus der Mitte",
        ),
        Deed::NoOp => ("does nothing", "tut nichts"),
        Deed::IncreaseListeningVolume => ("hears the others louder", "hört die anderen lauter"),
        Deed::DecreaseListeningVolume => ("hears the others softer", "hört die anderen leiser"),
        Deed::ResetListeningVolume => (
            "hears the others as at first",
            "hört die anderen wie am Anfang",
        ),
        Deed::IncreaseTalkingVolume => ("is heard louder", "ist lauter zu hören"),
        Deed::DecreaseTalkingVolume => ("is heard softer", "ist leiser zu hören"),
        Deed::ResetTalkingVolume => ("is heard as at first", "ist wie am Anfang zu hören"),
        Deed::LeaveConference => ("leaves", "verlässt den Raum"),
        Deed::AdminKickLast => (
            "moderators: removes who came last",
            "Moderation: entfernt, wer zuletzt kam",
        ),
        Deed::AdminToggleConferenceLock => (
            "moderators: locks or unlocks",
            "Moderation: sperrt oder entsperrt",
        ),
        Deed::AdminToggleMuteParticipants => (
            "moderators: mutes all participants, or no longer",
            "Moderation: schaltet alle Teilnehmer stumm, oder nicht mehr",
        ),
        Deed::ParticipantCount => ("hears how many are here", "hört, wie viele hier sind"),
        Deed::SetAsSingleVideoSrc => (
            "shows the own picture to all",
            "zeigt allen das eigene Bild",
        ),
        Deed::ReleaseAsSingleVideoSrc => (
            "shows the own picture no longer",
            "zeigt das eigene Bild nicht mehr",
        ),
        Deed::Help => ("hears which keys there are", "hört, welche Tasten es gibt"),
        Deed::RaiseHand => ("raises or lowers the hand", "hebt oder senkt die Hand"),
        Deed::WhoIsHere => ("hears who is here", "hört, wer hier ist"),
        Deed::AdminMuteOthers => (
            "moderators: mutes everybody else, once",
            "Moderation: schaltet alle anderen einmal stumm",
        ),
        Deed::AdminToggleRecording => (
            "moderators: starts or ends a recording",
            "Moderation: beginnt oder beendet eine Aufnahme",
        ),
        Deed::AdminAdmitWaiting => (
            "moderators: lets in everybody who waits",
            "Moderation: lässt alle Wartenden ein",
        ),
        Deed::AdminToggleAnnouncements => (
            "moderators: switches announcements off or on",
            "Moderation: schaltet Ansagen aus oder ein",
        ),
        Deed::AdminEndConference => (
            "moderators: ends the conference for all, after a 1",
            "Moderation: beendet die Konferenz für alle, nach einer 1",
        ),
    };
    in_language(language, english, german)
}

fn in_language(language: Language, english: &'static str, german: &'static str) -> &'static str {
    match language {
        Language::English => english,
        Language::German => german,
    }
}

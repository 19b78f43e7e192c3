//! The sentences about ConfBridge options, in English and German; decides nothing.

use conclave_model::Language;
use conclave_model::confbridge::{From, NoEffect, OptionSection, Otherwise, Refused, RoomField};

pub(crate) fn as_today(language: Language) -> &'static str {
    match language {
        Language::English => "in effect: this is what the room does",
        Language::German => "wirksam: so verhält sich der Raum",
    }
}

pub(crate) fn followed(from: From, language: Language) -> &'static str {
    let (english, german) = match from {
        From::Now => ("in effect", "wirksam"),
        From::NextJoin => (
            "in effect for whoever comes in from now on",
            "wirksam für alle, die von jetzt an kommen",
        ),
        From::NextMeeting => (
            "in effect as soon as the room has been empty once",
            "wirksam, sobald der Raum einmal leer war",
        ),
        From::NextRecording => (
            "in effect for recordings that begin from now on",
            "wirksam für Aufnahmen, die von jetzt an beginnen",
        ),
    };
    in_language(language, english, german)
}

pub(crate) fn otherwise(how: Otherwise, language: Language) -> &'static str {
    let (english, german) = match how {
        Otherwise::LongerPackets => (
            "followed in another way: sound is always mixed every 20 ms, as phones send it; 40 and \
             80 make packets of up to 40 and 60 ms for phones that come in from now on and say \
             that they take such (maxptime); 10 would cost twice the packets and save no delay",
            "auf andere Weise wirksam: gemischt wird immer alle 20 ms, wie Telefone senden; bei 40 \
             und 80 bekommen Telefone, die von jetzt an kommen und das zulassen (maxptime), Pakete \
             von bis zu 40 und 60 ms; 10 brächte doppelt so viele Pakete und keine kürzere \
             Verzögerung",
        ),
    };
    in_language(language, english, german)
}

pub(crate) fn kept(language: Language) -> &'static str {
    match language {
        Language::English => "kept; not followed yet, a later version will",
        Language::German => "gespeichert; noch ohne Wirkung, eine spätere Version folgt ihr",
    }
}

pub(crate) fn said_again(at: usize, language: Language) -> String {
    match language {
        Language::English => format!("line {at} says it again and wins"),
        Language::German => format!("Zeile {at} sagt es noch einmal und gilt"),
    }
}

/// `agrees`: whether the field says the same; `None` when no room was given to compare with.
pub(crate) fn field(field: RoomField, agrees: Option<bool>, language: Language) -> String {
    let name = field_name(field, language);
    match (language, agrees) {
        (Language::English, None) => format!("the field {name} decides"),
        (Language::English, Some(true)) => format!("as the field {name} says"),
        (Language::English, Some(false)) => {
            format!("no effect: the field {name} says something else and wins")
        }
        (Language::German, None) => format!("das Feld {name} entscheidet"),
        (Language::German, Some(true)) => format!("wie im Feld {name}"),
        (Language::German, Some(false)) => {
            format!("ohne Wirkung: das Feld {name} sagt etwas anderes und gilt")
        }
    }
}

pub(crate) fn no_effect(why: NoEffect, language: Language) -> &'static str {
    let (english, german) = match why {
        NoEffect::AlwaysAdaptive => (
            "no effect: every call has an adaptive jitter buffer",
            "ohne Wirkung: jeder Anruf hat einen anpassungsfähigen Jitterpuffer",
        ),
        NoEffect::NeverPlayed => (
            "no effect: ConfBridge never plays this sound either",
            "ohne Wirkung: auch ConfBridge spielt diesen Klang nie",
        ),
    };
    in_language(language, english, german)
}

pub(crate) fn refused(why: Refused, language: Language) -> &'static str {
    let (english, german) = match why {
        Refused::SecretInText => (
            "no PIN in this text, which is shown to all who see the room; use the field PIN",
            "keine PIN in diesem Text, den jeder sieht, der den Raum sieht; dafür gibt es das Feld PIN",
        ),
    };
    in_language(language, english, german)
}

pub(crate) fn misplaced(other: OptionSection, language: Language) -> String {
    let box_name = match (other, language) {
        (OptionSection::Bridge, Language::English) => "Options",
        (OptionSection::Bridge, Language::German) => "Optionen",
        (OptionSection::User, Language::English) => "User options",
        (OptionSection::User, Language::German) => "Benutzeroptionen",
    };
    match language {
        Language::English => format!("this line under {box_name}, where it belongs"),
        Language::German => format!("diese Zeile unter {box_name}, wohin sie gehört"),
    }
}

pub(crate) fn unknown(nearest: Option<&str>, language: Language) -> String {
    match (language, nearest) {
        (Language::English, Some(name)) => {
            format!("an option of ConfBridge; did you mean {name}?")
        }
        (Language::English, None) => "an option of ConfBridge".to_owned(),
        (Language::German, Some(name)) => {
            format!("eine Option von ConfBridge; war {name} gemeint?")
        }
        (Language::German, None) => "eine Option von ConfBridge".to_owned(),
    }
}

pub(crate) fn no_such_sound(nearest: Option<&str>, language: Language) -> String {
    match (language, nearest) {
        (Language::English, Some(name)) => {
            format!("the name of a prompt, of an uploaded sound, or silence; did you mean {name}?")
        }
        (Language::English, None) => {
            "the name of a prompt, of an uploaded sound, or silence".to_owned()
        }
        (Language::German, Some(name)) => format!(
            "der Name einer Ansage oder eines hochgeladenen Klangs, oder silence; war {name} gemeint?"
        ),
        (Language::German, None) => {
            "der Name einer Ansage oder eines hochgeladenen Klangs, oder silence".to_owned()
        }
    }
}

pub(crate) fn no_assignment(language: Language) -> &'static str {
    match language {
        Language::English => "one option a line, such as max_members=20; comments begin with ;",
        Language::German => "eine Option je Zeile, etwa max_members=20; Kommentare beginnen mit ;",
    }
}

fn field_name(field: RoomField, language: Language) -> &'static str {
    match (field, language) {
        (RoomField::Message, Language::English) => "Message",
        (RoomField::Message, Language::German) => "Mitteilung",
        (RoomField::Music, Language::English) => "Music on hold",
        (RoomField::Music, Language::German) => "Wartemusik",
        (RoomField::Language, Language::English) => "Language",
        (RoomField::Language, Language::German) => "Sprache",
    }
}

fn in_language(language: Language, english: &'static str, german: &'static str) -> &'static str {
    match language {
        Language::English => english,
        Language::German => german,
    }
}

//! What invitations say, in English and German; formats nothing.

use conclave_model::Language;

use super::{InvitedPin, OtherPins};

pub(super) struct Words {
    pub when: &'static str,
    pub from_outside: &'static str,
    pub extension: &'static str,
    pub pin: &'static str,
    pub one_tap: &'static str,
    pub sip: &'static str,
    pub no_pin: &'static str,
    pub hidden_pin: &'static str,
    moderators_pin: &'static str,
    persons_pin: &'static str,
    either_pin: &'static str,
    how: &'static str,
    how_without_pin: &'static str,
    /// On the button of a calendar that joins.
    pub dial_in: &'static str,
}

impl Words {
    /// Whose PIN it takes where there is none for all.
    pub const fn other_pin(&self, who: OtherPins) -> &'static str {
        match who {
            OtherPins::Moderators => self.moderators_pin,
            OtherPins::People => self.persons_pin,
            OtherPins::Both => self.either_pin,
        }
    }

    /// What to do, in a sentence.
    pub const fn how(&self, pin: &InvitedPin) -> &'static str {
        match pin {
            InvitedPin::None => self.how_without_pin,
            InvitedPin::Hidden | InvitedPin::Shown(_) | InvitedPin::Others(_) => self.how,
        }
    }
}

pub(super) const fn words(language: Language) -> &'static Words {
    match language {
        Language::English => &ENGLISH,
        Language::German => &GERMAN,
    }
}

pub(super) fn subject(title: &str, language: Language) -> String {
    match language {
        Language::English => format!("{title} – conference call"),
        Language::German => format!("{title} – Telefonkonferenz"),
    }
}

pub(super) const fn weekday(number_from_monday: i8, language: Language) -> &'static str {
    let (english, german) = match number_from_monday {
        1 => ("Monday", "Montag"),
        2 => ("Tuesday", "Dienstag"),
        3 => ("Wednesday", "Mittwoch"),
        4 => ("Thursday", "Donnerstag"),
        5 => ("Friday", "Freitag"),
        6 => ("Saturday", "Samstag"),
        _ => ("Sunday", "Sonntag"),
    };
    match language {
        Language::English => english,
        Language::German => german,
    }
}

pub(super) const fn month(number: i8, language: Language) -> &'static str {
    let (english, german) = match number {
        1 => ("January", "Januar"),
        2 => ("February", "Februar"),
        3 => ("March", "März"),
        4 => ("April", "April"),
        5 => ("May", "Mai"),
        6 => ("June", "Juni"),
        7 => ("July", "Juli"),
        8 => ("August", "August"),
        9 => ("September", "September"),
        10 => ("October", "Oktober"),
        11 => ("November", "November"),
        _ => ("December", "Dezember"),
    };
    match language {
        Language::English => english,
        Language::German => german,
    }
}

const ENGLISH: Words = Words {
    when: "When",
    from_outside: "Dial in",
    extension: "Extension",
    pin: "PIN",
    one_tap: "One tap",
    sip: "Address",
    no_pin: "none needed",
    hidden_pin: "ask whoever invited you",
    moderators_pin: "that of the moderators",
    persons_pin: "your own",
    either_pin: "your own, or that of the moderators",
    how_without_pin: "Dial and talk.",
    how: "Dial, type the PIN when you are asked for it, and talk.",
    dial_in: "Dial in",
};
const GERMAN: Words = Words {
    when: "Wann",
    from_outside: "Einwahl",
    extension: "Durchwahl",
    pin: "PIN",
    one_tap: "Ein Tipp",
    sip: "Adresse",
    no_pin: "nicht nötig",
    hidden_pin: "nennt, wer Sie einlädt",
    moderators_pin: "die der Moderation",
    persons_pin: "Ihre eigene",
    either_pin: "Ihre eigene oder die der Moderation",
    how_without_pin: "Wählen und sprechen.",
    how: "Wählen, auf Nachfrage die PIN eintippen und sprechen.",
    dial_in: "Einwahl",
};

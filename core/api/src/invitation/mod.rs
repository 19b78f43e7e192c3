//! How somebody is invited to a room: the facts, and the same facts in several forms.

mod calendar;
mod html;
mod meeting;
mod plain;
mod view;
mod words;

use conclave_model::Language;

pub use calendar::calendar;
pub use html::html;
pub use meeting::{Meeting, read_meeting};
pub use plain::plain;
pub use view::{InvitationView, PinState};

/// Everything that an invitation says. Texts may hold anything: each form escapes what it must.
#[derive(Clone, PartialEq, Eq)]
pub struct Invitation {
    /// The room's id.
    pub room: String,
    pub title: String,
    pub extension: String,
    pub pin: InvitedPin,
    /// Under which the room is dialled from outside, with `+` and digits alone.
    pub number: Option<String>,
    /// `HOST` or `HOST:PORT` under which phones reach the server.
    pub host: String,
    pub meeting: Option<Meeting>,
    /// The invitee's.
    pub language: Language,
    /// The room's version: a calendar replaces an older invitation by a newer one.
    pub version: u64,
}

/// What an invitation says about the PIN.
#[derive(Clone, PartialEq, Eq)]
pub enum InvitedPin {
    /// Whoever dials is let in.
    None,
    /// There is one, and whoever asked for the invitation may not see it.
    Hidden,
    Shown(String),
    /// There is none for all: each of these has one.
    Others(OtherPins),
}

/// Who has a PIN where there is none for all.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum OtherPins {
    Moderators,
    People,
    Both,
}

impl OtherPins {
    /// `None`: nobody.
    #[must_use]
    pub const fn of(has_moderator_pin: bool, personal_pins: u64) -> Option<Self> {
        match (has_moderator_pin, personal_pins) {
            (false, 0) => None,
            (true, 0) => Some(OtherPins::Moderators),
            (false, 1..) => Some(OtherPins::People),
            (true, 1..) => Some(OtherPins::Both),
        }
    }
}

impl Invitation {
    /// What a phone dials when the invitation is tapped: from outside if that is possible.
    ///
    /// No `#` after the PIN: it would begin a fragment of the URI, and the last digit of a PIN
    /// completes it anyway.
    #[must_use]
    pub fn dial(&self) -> String {
        match (&self.number, &self.pin) {
            (Some(number), InvitedPin::Shown(pin)) => format!("tel:{number},,{pin}"),
            (Some(number), InvitedPin::None | InvitedPin::Hidden | InvitedPin::Others(_)) => {
                format!("tel:{number}")
            }
            (None, _) => self.sip(),
        }
    }

    /// The address for phones that dial addresses.
    #[must_use]
    pub fn sip(&self) -> String {
        format!("sip:{}@{}", self.extension, self.host)
    }

    /// The line that says what this is about, for a mail's subject.
    #[must_use]
    pub fn subject(&self) -> String {
        words::subject(&self.title, self.language)
    }
}

impl std::fmt::Debug for Invitation {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Invitation({} {})", self.room, self.extension)
    }
}

/// A PIN in groups of three, as people read it out.
fn grouped(pin: &str) -> String {
    let digits: Vec<char> = pin.chars().collect();
    let groups = digits
        .chunks(3)
        .map(|group| group.iter().collect::<String>());
    groups.collect::<Vec<_>>().join(" ")
}

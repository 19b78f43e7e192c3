//! An invitation for programs: its facts and its text; draws no picture.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{Invitation, InvitedPin, html, plain};

/// An invitation, ready to be copied.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct InvitationView {
    /// The room's id.
    pub room: String,
    #[schema(example = "Standup")]
    pub title: String,
    #[schema(example = "801")]
    pub extension: String,
    /// Whether a PIN is asked for.
    pub pin_set: bool,
    pub pin_state: PinState,
    /// The PIN of all; null when there is none, or for who may not see it.
    #[schema(required, example = "627184")]
    pub pin: Option<String>,
    /// Under which the room is dialled from outside; null when it is not.
    #[schema(required, example = "+4999129691801")]
    pub number: Option<String>,
    /// What a phone dials at one tap.
    #[schema(example = "tel:+4999129691801,,627184")]
    pub dial: String,
    #[schema(example = "sip:801@conference.example.com")]
    pub sip: String,
    /// `en` or `de`.
    pub language: String,
    /// For a mail.
    pub subject: String,
    /// The invitation as text.
    pub text: String,
    /// The invitation as an HTML document.
    pub html: String,
}

/// What an invitation says of the PIN.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum PinState {
    /// Whoever dials is let in.
    None,
    Shown,
    /// Not shown to whoever asked for the invitation.
    Hidden,
    /// There is none for all: moderators or single people have one.
    NotForAll,
}

impl InvitationView {
    #[must_use]
    pub fn of(invitation: &Invitation) -> Self {
        let (pin_state, pin) = match &invitation.pin {
            InvitedPin::None => (PinState::None, None),
            InvitedPin::Hidden => (PinState::Hidden, None),
            InvitedPin::Shown(pin) => (PinState::Shown, Some(pin.clone())),
            InvitedPin::Others(_) => (PinState::NotForAll, None),
        };
        Self {
            room: invitation.room.clone(),
            title: invitation.title.clone(),
            extension: invitation.extension.clone(),
            pin_set: invitation.pin != InvitedPin::None,
            pin_state,
            pin,
            number: invitation.number.clone(),
            dial: invitation.dial(),
            sip: invitation.sip(),
            language: invitation.language.to_string(),
            subject: invitation.subject(),
            text: plain(invitation),
            html: html(invitation),
        }
    }
}

impl std::fmt::Debug for InvitationView {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "InvitationView({} {})", self.room, self.extension)
    }
}

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
    /// The PIN; null when there is none, or for who may not see it.
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

impl InvitationView {
    #[must_use]
    pub fn of(invitation: &Invitation) -> Self {
        let pin = match &invitation.pin {
            InvitedPin::Shown(pin) => Some(pin.clone()),
            InvitedPin::None | InvitedPin::Hidden => None,
        };
        Self {
            room: invitation.room.clone(),
            title: invitation.title.clone(),
            extension: invitation.extension.clone(),
            pin_set: invitation.pin != InvitedPin::None,
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

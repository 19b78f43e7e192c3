//! An invitation as text for a mail or a chat; knows no markup.

use super::words::words;
use super::{Invitation, InvitedPin, grouped};

/// The invitation, a line for each fact, lines ended by a line feed.
#[must_use]
pub fn plain(invitation: &Invitation) -> String {
    let words = words(invitation.language);
    let facts = facts(invitation);
    let width = facts.iter().map(|(name, _)| name.chars().count()).max();
    let width = width.unwrap_or(0);
    let mut text = format!("{}\n\n", one_line(&invitation.subject()));
    for (name, value) in facts {
        text += &format!("{name:<width$}  {value}\n");
    }
    text += &format!("\n{}\n", words.how(&invitation.pin));
    text
}

/// What is told, by name, in the order in which it is needed.
pub(super) fn facts(invitation: &Invitation) -> Vec<(&'static str, String)> {
    let words = words(invitation.language);
    let mut facts = Vec::new();
    if let Some(meeting) = &invitation.meeting {
        facts.push((words.when, meeting.in_words(invitation.language)));
    }
    if let Some(number) = &invitation.number {
        facts.push((words.from_outside, number.clone()));
    }
    facts.push((words.extension, invitation.extension.clone()));
    let pin = match &invitation.pin {
        InvitedPin::None => words.no_pin.to_owned(),
        InvitedPin::Hidden => words.hidden_pin.to_owned(),
        InvitedPin::Shown(pin) => grouped(pin),
        InvitedPin::Others(who) => words.other_pin(*who).to_owned(),
    };
    facts.push((words.pin, pin));
    if invitation.number.is_some() {
        facts.push((words.one_tap, invitation.dial()));
    }
    facts.push((words.sip, invitation.sip()));
    facts
}

/// Control characters would begin lines that look like facts.
fn one_line(text: &str) -> String {
    text.chars()
        .map(|c| if c.is_control() { ' ' } else { c })
        .collect()
}

//! An invitation as HTML for a mail; every text in it is escaped.

use super::plain::facts;
use super::words::words;
use super::{Invitation, InvitedPin};

/// A whole document without scripts, styles or pictures.
#[must_use]
pub fn html(invitation: &Invitation) -> String {
    let words = words(invitation.language);
    let subject = escaped(&invitation.subject());
    let mut rows = String::new();
    let dial = invitation.dial();
    let sip = invitation.sip();
    for (name, value) in facts(invitation) {
        let shown = escaped(&value);
        let is_pin = matches!(&invitation.pin, InvitedPin::Shown(_)) && name == words.pin;
        let cell = if value == dial || value == sip {
            format!("<a href=\"{shown}\">{shown}</a>")
        } else if is_pin {
            format!("<strong>{shown}</strong>")
        } else {
            shown
        };
        rows += &format!(
            "<tr><th align=\"left\">{}</th><td>{cell}</td></tr>\n",
            escaped(name)
        );
    }
    format!(
        "<!doctype html>\n<html lang=\"{}\">\n<head><meta charset=\"utf-8\"><title>{subject}</title></head>\n\
         <body>\n<h1>{subject}</h1>\n<table>\n{rows}</table>\n<p>{}</p>\n</body>\n</html>\n",
        invitation.language,
        escaped(words.how(&invitation.pin))
    )
}

fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            control if control.is_control() => escaped.push(' '),
            plain => escaped.push(plain),
        }
    }
    escaped
}

//! The rooms as a phonebook that desk phones fetch, in the formats of their makers.

use std::fmt::Write as _;

use crate::xml::{HEAD, escaped};

/// One room in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    pub title: String,
    pub extension: String,
    /// The number under which it is reached from outside, in E.164 with its plus.
    pub outside: Option<String>,
}

/// How it is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// Yealink's remote phonebook, read by Fanvil and Htek too.
    Yealink,
    /// Snom's `SnomIPPhoneDirectory`, a part of Cisco's.
    Snom,
    /// Grandstream's `AddressBook`.
    Grandstream,
    /// Cisco's `CiscoIPPhoneDirectory`.
    Cisco,
    /// vCard 4.0 (RFC 6350), for everything else.
    VCard,
}

impl Format {
    pub const ALL: [Self; 5] = [
        Format::Yealink,
        Format::Snom,
        Format::Grandstream,
        Format::Cisco,
        Format::VCard,
    ];

    /// In addresses: `yealink`, `snom`, `grandstream`, `cisco`, `vcard`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Format::Yealink => "yealink",
            Format::Snom => "snom",
            Format::Grandstream => "grandstream",
            Format::Cisco => "cisco",
            Format::VCard => "vcard",
        }
    }

    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|format| format.name() == name)
    }

    #[must_use]
    pub const fn content_type(self) -> &'static str {
        match self {
            Format::Yealink | Format::Snom | Format::Grandstream | Format::Cisco => {
                "text/xml; charset=utf-8"
            }
            Format::VCard => "text/vcard; charset=utf-8",
        }
    }
}

/// The whole book, `title` being what a telephone shows above it. `server` is the host that
/// rooms are called at.
#[must_use]
pub fn phonebook(format: Format, title: &str, server: &str, entries: &[Entry]) -> String {
    let title = escaped(title);
    let mut out = String::with_capacity(HEAD.len() + entries.len() * 160);
    match format {
        Format::Yealink => {
            let _ = write!(out, "{HEAD}<YealinkIPPhoneDirectory><Title>{title}</Title>");
            for entry in entries {
                let _ = write!(
                    out,
                    "<DirectoryEntry><Name>{}</Name>",
                    escaped(&entry.title)
                );
                for number in numbers(entry) {
                    let _ = write!(out, "<Telephone>{number}</Telephone>");
                }
                out.push_str("</DirectoryEntry>");
            }
            out.push_str("</YealinkIPPhoneDirectory>\n");
        }
        Format::Snom => directory(&mut out, "SnomIPPhoneDirectory", &title, entries),
        Format::Cisco => directory(&mut out, "CiscoIPPhoneDirectory", &title, entries),
        Format::Grandstream => {
            let _ = write!(out, "{HEAD}<AddressBook>");
            for entry in entries {
                let name = escaped(&entry.title);
                let _ = write!(out, "<Contact><LastName>{name}</LastName>");
                for number in numbers(entry) {
                    let _ = write!(
                        out,
                        "<Phone type=\"Work\"><phonenumber>{number}</phonenumber>\
                         <accountindex>1</accountindex></Phone>"
                    );
                }
                out.push_str("</Contact>");
            }
            out.push_str("</AddressBook>\n");
        }
        Format::VCard => {
            for entry in entries {
                vcard(&mut out, server, entry);
            }
        }
    }
    out
}

/// The extension, then the number from outside.
fn numbers(entry: &Entry) -> impl Iterator<Item = String> {
    let outside = entry.outside.as_deref();
    [Some(entry.extension.as_str()), outside]
        .into_iter()
        .flatten()
        .map(escaped)
}

/// One entry for each number: these have room for one.
fn directory(out: &mut String, element: &str, title: &str, entries: &[Entry]) {
    let _ = write!(out, "{HEAD}<{element}><Title>{title}</Title>");
    for entry in entries {
        let name = escaped(&entry.title);
        for number in numbers(entry) {
            let _ = write!(
                out,
                "<DirectoryEntry><Name>{name}</Name><Telephone>{number}</Telephone>\
                 </DirectoryEntry>"
            );
        }
    }
    let _ = writeln!(out, "</{element}>");
}

fn vcard(out: &mut String, server: &str, entry: &Entry) {
    let name = in_vcard(&entry.title);
    let _ = write!(
        out,
        "BEGIN:VCARD\r\nVERSION:4.0\r\nKIND:group\r\nFN:{name}\r\n"
    );
    let outside = entry.outside.iter().map(|number| format!("tel:{number}"));
    let inside = format!("sip:{}@{server}", entry.extension);
    for uri in outside.chain([inside]) {
        let _ = write!(out, "TEL;VALUE=uri;TYPE=voice:{}\r\n", in_vcard(&uri));
    }
    out.push_str("END:VCARD\r\n");
}

/// RFC 6350 §3.4; lines are not folded, as titles are short.
fn in_vcard(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '\\' | ',' | ';' => out.extend(['\\', letter]),
            letter if letter.is_control() => out.push(' '),
            letter => out.push(letter),
        }
    }
    out
}

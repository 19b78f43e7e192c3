//! The conference event package (RFC 4575): who is in a room, whole or as what has changed.

use std::fmt::Write as _;

use crate::xml::{HEAD, escaped};

/// A room and who is in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Conference {
    /// Its address, such as `sip:800@192.0.2.20`.
    pub uri: String,
    pub title: String,
    pub is_locked: bool,
    pub is_recorded: bool,
    /// In the order in which they came.
    pub users: Vec<ConferenceUser>,
}

/// Somebody in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConferenceUser {
    /// An address of this person and of nobody else in the room; it need not be one that can be
    /// called.
    pub uri: String,
    pub name: String,
    pub is_moderator: bool,
    pub status: EndpointStatus,
    /// RFC 3339.
    pub joined_at: String,
    /// The others hear nothing of it, whoever saw to that.
    pub is_muted: bool,
}

/// RFC 4575 §5.7.3, as far as it is told apart here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EndpointStatus {
    Connected,
    /// It put us on hold, or went to another room to come back.
    OnHold,
    /// Muted by the room or by a moderator.
    MutedViaFocus,
}

impl EndpointStatus {
    const fn word(self) -> &'static str {
        match self {
            EndpointStatus::Connected => "connected",
            EndpointStatus::OnHold => "on-hold",
            EndpointStatus::MutedViaFocus => "muted-via-focus",
        }
    }
}

impl Conference {
    pub const CONTENT_TYPE: &'static str = "application/conference-info+xml";

    /// All of it. `version` grows by one with each document that one subscriber is sent.
    #[must_use]
    pub fn whole(&self, version: u32) -> String {
        let mut out = self.begun("full", version);
        self.write_description(&mut out);
        self.write_state(&mut out);
        out.push_str("<users state=\"full\">");
        for user in &self.users {
            user.write(&mut out);
        }
        out.push_str("</users></conference-info>\n");
        out
    }

    /// What has changed since `before`; `None` when nothing has.
    #[must_use]
    pub fn since(&self, before: &Self, version: u32) -> Option<String> {
        if self == before {
            return None;
        }
        let mut out = self.begun("partial", version);
        let is_described_alike = (&self.uri, &self.title, self.is_recorded)
            == (&before.uri, &before.title, before.is_recorded);
        if !is_described_alike {
            self.write_description(&mut out);
        }
        if self.is_locked != before.is_locked || self.users.len() != before.users.len() {
            self.write_state(&mut out);
        }
        let changed = |user: &&ConferenceUser| before.user(&user.uri) != Some(user);
        let gone = |user: &&ConferenceUser| self.user(&user.uri).is_none();
        let mut news = String::new();
        for user in self.users.iter().filter(changed) {
            user.write(&mut news);
        }
        for user in before.users.iter().filter(gone) {
            let uri = escaped(&user.uri);
            let _ = write!(news, "<user entity=\"{uri}\" state=\"deleted\"/>");
        }
        if !news.is_empty() {
            let _ = write!(out, "<users state=\"partial\">{news}</users>");
        }
        out.push_str("</conference-info>\n");
        Some(out)
    }

    fn user(&self, uri: &str) -> Option<&ConferenceUser> {
        self.users.iter().find(|user| user.uri == uri)
    }

    fn begun(&self, state: &str, version: u32) -> String {
        let uri = escaped(&self.uri);
        format!(
            "{HEAD}<conference-info xmlns=\"urn:ietf:params:xml:ns:conference-info\" \
             entity=\"{uri}\" state=\"{state}\" version=\"{version}\">"
        )
    }

    fn write_description(&self, out: &mut String) {
        let (title, uri) = (escaped(&self.title), escaped(&self.uri));
        let _ = write!(
            out,
            "<conference-description><display-text>{title}</display-text>"
        );
        if self.is_recorded {
            out.push_str("<free-text>recorded</free-text>");
        }
        let _ = write!(
            out,
            "<conf-uris><entry><uri>{uri}</uri><purpose>participation</purpose></entry></conf-uris>"
        );
        out.push_str("</conference-description>");
    }

    fn write_state(&self, out: &mut String) {
        let _ = write!(
            out,
            "<conference-state><user-count>{}</user-count><active>{}</active><locked>{}</locked>\
             </conference-state>",
            self.users.len(),
            !self.users.is_empty(),
            self.is_locked
        );
    }
}

impl ConferenceUser {
    fn write(&self, out: &mut String) {
        let (uri, name) = (escaped(&self.uri), escaped(&self.name));
        let role = if self.is_moderator {
            "moderator"
        } else {
            "participant"
        };
        let sends = if self.is_muted {
            "recvonly"
        } else {
            "sendrecv"
        };
        let _ = write!(
            out,
            "<user entity=\"{uri}\" state=\"full\"><display-text>{name}</display-text>\
             <roles><entry>{role}</entry></roles>\
             <endpoint entity=\"{uri}\"><status>{}</status>\
             <joining-method>dialed-in</joining-method>\
             <joining-info><when>{}</when></joining-info>\
             <media id=\"1\"><type>audio</type><status>{sends}</status></media>\
             </endpoint></user>",
            self.status.word(),
            escaped(&self.joined_at)
        );
    }
}

//! Request methods: those we serve, those we know, and the rest.

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) enum Method {
    Invite,
    Ack,
    Bye,
    Cancel,
    Options,
    Info,
    Update,
    Prack,
    Message,
    Register,
    Subscribe,
    /// Sent, never served: 405.
    Notify,
    /// Known, never served: 405.
    NotServed,
    /// Never heard of: 501.
    Unknown,
}

/// The Allow header of what is said outside of dialogs.
pub(crate) const ALLOW: &str = "INVITE, ACK, BYE, CANCEL, OPTIONS, INFO, UPDATE, PRACK";

/// The Allow header of what makes a dialog or is said in one: only there is a MESSAGE served.
pub(crate) const ALLOW_INSIDE: &str =
    "INVITE, ACK, BYE, CANCEL, OPTIONS, INFO, UPDATE, PRACK, MESSAGE";

impl Method {
    /// Methods are compared with case (RFC 3261 §7.1).
    pub(crate) fn parse(name: &[u8]) -> Method {
        match name {
            b"INVITE" => Method::Invite,
            b"ACK" => Method::Ack,
            b"BYE" => Method::Bye,
            b"CANCEL" => Method::Cancel,
            b"OPTIONS" => Method::Options,
            b"INFO" => Method::Info,
            b"UPDATE" => Method::Update,
            b"PRACK" => Method::Prack,
            b"MESSAGE" => Method::Message,
            b"REGISTER" => Method::Register,
            b"SUBSCRIBE" => Method::Subscribe,
            b"NOTIFY" => Method::Notify,
            b"REFER" | b"PUBLISH" => Method::NotServed,
            _ => Method::Unknown,
        }
    }

    /// The name on the wire of a method that we send.
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Method::Invite => "INVITE",
            Method::Ack => "ACK",
            Method::Bye => "BYE",
            Method::Cancel => "CANCEL",
            Method::Options => "OPTIONS",
            Method::Info => "INFO",
            Method::Update => "UPDATE",
            Method::Prack => "PRACK",
            Method::Message => "MESSAGE",
            Method::Register => "REGISTER",
            Method::Subscribe => "SUBSCRIBE",
            Method::Notify => "NOTIFY",
            Method::NotServed | Method::Unknown => "UNKNOWN",
        }
    }
}

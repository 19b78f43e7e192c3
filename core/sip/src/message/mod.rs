//! A SIP message as bytes with an index of its headers; values are parsed when asked for.

mod body;
mod frame;
mod method;
mod name;
mod uri;
mod value;
mod via;
mod writer;

use std::ops::Range;

pub(crate) use body::{Description, is_type, session_description};
pub(crate) use frame::{ContentLength, HeadEnd, content_length, find_head_end};
pub(crate) use method::{ALLOW, ALLOW_INSIDE, Method};
pub(crate) use name::Name;
pub(crate) use uri::{Scheme, Uri};
pub(crate) use value::{NameAddr, after_params, before_params, list, number, param, text, trim};
pub(crate) use via::{Via, reply_head, reply_path};
pub(crate) use writer::{Fields, Reply, finish, uri_address, write_reply};

/// One message; every range points into `bytes`, so nothing is copied twice.
#[derive(Clone, Debug)]
pub(crate) struct Message {
    bytes: Vec<u8>,
    start: Start,
    fields: Vec<Field>,
    body: Range<usize>,
    /// The first fault in the form; such a request is answered, such a response is not used.
    pub(crate) flaw: Option<Flaw>,
}

#[derive(Clone, Debug)]
enum Start {
    Request {
        method: Method,
        method_name: Range<usize>,
        uri: Range<usize>,
    },
    Response {
        status: u16,
        phrase: Range<usize>,
    },
}

#[derive(Clone, Debug)]
struct Field {
    name: Name,
    value: Range<usize>,
}

/// What is wrong with a message that can still be answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Flaw {
    pub(crate) status: u16,
    pub(crate) phrase: &'static str,
}

impl Flaw {
    pub(crate) const fn bad(phrase: &'static str) -> Self {
        Self {
            status: 400,
            phrase,
        }
    }
}

impl Message {
    /// The status of a response; `None` for a request.
    pub(crate) fn status(&self) -> Option<u16> {
        match self.start {
            Start::Response { status, .. } => Some(status),
            Start::Request { .. } => None,
        }
    }

    /// The words behind the status.
    pub(crate) fn phrase(&self) -> &[u8] {
        match &self.start {
            Start::Response { phrase, .. } => &self.bytes[phrase.clone()],
            Start::Request { .. } => b"",
        }
    }

    /// The method of a request; for a response [`Method::Unknown`], its own is in CSeq.
    pub(crate) fn method(&self) -> Method {
        match self.start {
            Start::Request { method, .. } => method,
            Start::Response { .. } => Method::Unknown,
        }
    }

    pub(crate) fn method_name(&self) -> &[u8] {
        match &self.start {
            Start::Request { method_name, .. } => &self.bytes[method_name.clone()],
            Start::Response { .. } => b"",
        }
    }

    pub(crate) fn request_uri(&self) -> &[u8] {
        match &self.start {
            Start::Request { uri, .. } => &self.bytes[uri.clone()],
            Start::Response { .. } => b"",
        }
    }

    pub(crate) fn body(&self) -> &[u8] {
        &self.bytes[self.body.clone()]
    }

    /// The first field of that name: trimmed, folds still inside.
    pub(crate) fn field(&self, name: Name) -> Option<&[u8]> {
        self.fields_of(name).next()
    }

    pub(crate) fn fields_of(&self, name: Name) -> impl Iterator<Item = &[u8]> {
        self.fields
            .iter()
            .filter(move |field| field.name == name)
            .map(|field| &self.bytes[field.value.clone()])
    }

    /// The values of all fields of that name, each a comma-separated list.
    pub(crate) fn values(&self, name: Name) -> impl Iterator<Item = &[u8]> {
        self.fields_of(name).flat_map(list)
    }

    pub(crate) fn call_id(&self) -> &[u8] {
        self.field(Name::CallId).unwrap_or(b"")
    }

    pub(crate) fn from(&self) -> Option<NameAddr<'_>> {
        NameAddr::parse(self.field(Name::From)?)
    }

    pub(crate) fn to(&self) -> Option<NameAddr<'_>> {
        NameAddr::parse(self.field(Name::To)?)
    }

    /// From's tag.
    pub(crate) fn caller_tag(&self) -> Option<&[u8]> {
        self.from()?.tag()
    }

    /// To's tag.
    pub(crate) fn callee_tag(&self) -> Option<&[u8]> {
        self.to()?.tag()
    }

    pub(crate) fn top_via(&self) -> Option<Via<'_>> {
        Via::parse(list(self.field(Name::Via)?).next()?)
    }

    /// Number and method of CSeq; the number fits 31 bits (RFC 3261 §8.1.1.5).
    pub(crate) fn cseq(&self) -> Option<(u32, &[u8])> {
        let value = self.field(Name::Cseq)?;
        let space = value.iter().position(u8::is_ascii_whitespace)?;
        let sequence = number(&value[..space]).filter(|sequence| *sequence < 1 << 31)?;
        Some((sequence, trim(&value[space..])))
    }

    /// The URI of the first Contact.
    pub(crate) fn contact_uri(&self) -> Option<&[u8]> {
        let contact = self.values(Name::Contact).next()?;
        Some(NameAddr::parse(contact)?.uri)
    }

    /// Whether a list of tokens (Supported, Require, Allow) has this one.
    pub(crate) fn lists(&self, name: Name, token: &str) -> bool {
        self.values(name)
            .any(|value| value.eq_ignore_ascii_case(token.as_bytes()))
    }

    /// A field that is a plain number before its parameters (Expires, Min-SE, RSeq).
    pub(crate) fn number(&self, name: Name) -> Option<u32> {
        number(before_params(self.field(name)?))
    }
}

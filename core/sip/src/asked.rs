//! Requests of peers outside of any dialog that the owner answers; knows no account.

use conclave_model::limits;

use crate::digest::{Challenge, Credentials};
use crate::message::{Flaw, Message, Name, NameAddr, Reply, Uri, number, text};
use crate::transaction::ServerId;
use crate::{Path, Ua};

/// One such request that waits for its answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AskId(pub(crate) u64);

/// What is asked, and by whom as they say. Texts are the peer's: show, never trust.
#[derive(Clone, Debug)]
pub struct Asked {
    pub path: Path,
    /// The user part of To: whose it is about.
    pub to_user: String,
    pub call_id: String,
    /// CSeq.
    pub sequence: u32,
    pub user_agent: Option<String>,
    /// Every Authorization and Proxy-Authorization that can be read.
    pub credentials: Vec<Credentials>,
    /// It came through another server, which is in Via.
    pub has_proxy: bool,
    pub wish: Wish,
}

/// The matter of a request.
#[derive(Clone, Debug)]
pub enum Wish {
    Register(Register),
}

/// What a REGISTER wants (RFC 3261 §10).
#[derive(Clone, Debug)]
pub struct Register {
    pub contacts: Contacts,
    /// Expires, for contacts that say nothing themselves.
    pub expires_s: Option<u32>,
    /// Path (RFC 3327), each value as it came.
    pub paths: Vec<String>,
    pub supports_path: bool,
    /// RFC 5626.
    pub supports_outbound: bool,
}

/// The Contact headers of a REGISTER.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Contacts {
    /// None: what is there?
    None,
    /// `*`, alone.
    All,
    /// One or more.
    These(Vec<Contact>),
}

/// One Contact of a REGISTER.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Contact {
    pub uri: String,
    pub expires_s: Option<u32>,
    /// `+sip.instance` without its quotes.
    pub instance: Option<String>,
    pub reg_id: Option<u32>,
}

/// The owner's answer to an [`Asked`].
#[derive(Clone, Debug)]
pub struct Answer {
    pub status: u16,
    /// The words behind the number; `None` takes the standard ones.
    pub phrase: Option<&'static str>,
    /// Header lines.
    pub fields: Vec<(&'static str, String)>,
    /// The same request is answered alike if it comes again; else nothing is remembered of it.
    pub remembered: bool,
}

impl Answer {
    #[must_use]
    pub fn new(status: u16) -> Self {
        Self {
            status,
            phrase: None,
            fields: Vec::new(),
            remembered: true,
        }
    }

    /// 401: prove who you are. Nothing is remembered of whom it goes to.
    #[must_use]
    pub fn challenging(challenges: &[Challenge]) -> Self {
        let field = |challenge: &Challenge| ("WWW-Authenticate", challenge.write());
        Self {
            fields: challenges.iter().map(field).collect(),
            remembered: false,
            ..Self::new(401)
        }
    }

    #[must_use]
    pub fn with_phrase(mut self, phrase: &'static str) -> Self {
        self.phrase = Some(phrase);
        self
    }

    #[must_use]
    pub fn with(mut self, name: &'static str, value: String) -> Self {
        self.fields.push((name, value));
        self
    }

    pub(crate) fn reply(&self) -> Reply {
        let mut reply = Reply::new(self.status);
        if let Some(phrase) = self.phrase {
            reply = reply.with_phrase(phrase);
        }
        let add = |reply: Reply, (name, value): &(&str, String)| reply.with(name, value);
        self.fields.iter().fold(reply, add)
    }
}

impl Asked {
    /// What a REGISTER asks.
    ///
    /// # Errors
    /// What is wrong with it, for 400.
    pub(crate) fn register(request: &Message, path: Path) -> Result<Self, Flaw> {
        let wish = Wish::Register(Register {
            contacts: contacts(request)?,
            expires_s: request.number(Name::Expires),
            paths: request.values(Name::Path).map(text).collect(),
            supports_path: request.lists(Name::Supported, "path"),
            supports_outbound: request.lists(Name::Supported, "outbound"),
        });
        let to = request.to().and_then(|to| Uri::parse(to.uri));
        Ok(Self {
            path,
            to_user: to.map_or(String::new(), |to| to.dialled()),
            call_id: text(request.call_id()),
            sequence: request.cseq().map_or(0, |(sequence, _)| sequence),
            user_agent: request.field(Name::UserAgent).map(text),
            credentials: credentials(request),
            has_proxy: request.values(Name::Via).nth(1).is_some(),
            wish,
        })
    }
}

fn contacts(register: &Message) -> Result<Contacts, Flaw> {
    let mut values = register.values(Name::Contact).peekable();
    if values.peek() == Some(&b"*".as_slice()) {
        let is_alone = values.nth(1).is_none() && register.number(Name::Expires) == Some(0);
        return is_alone
            .then_some(Contacts::All)
            .ok_or(Flaw::bad("Bad Contact"));
    }
    let all: Option<Vec<_>> = values.map(Contact::parse).collect();
    match all {
        None => Err(Flaw::bad("Bad Contact")),
        Some(all) if all.is_empty() => Ok(Contacts::None),
        Some(all) => Ok(Contacts::These(all)),
    }
}

impl Contact {
    fn parse(value: &[u8]) -> Option<Self> {
        let addr = NameAddr::parse(value)?;
        Uri::parse(addr.uri)?;
        if addr.uri.len() > limits::SIP_URI_BYTES {
            return None;
        }
        let instance = addr.param("+sip.instance").map(text);
        Some(Self {
            uri: String::from_utf8(addr.uri.to_vec()).ok()?,
            // RFC 3261 §10.3: what is no number is taken for the default.
            expires_s: addr.param("expires").and_then(number),
            instance: instance.map(|quoted| quoted.trim_matches('"').to_owned()),
            reg_id: addr.param("reg-id").and_then(number),
        })
    }
}

/// What proves something in a request.
pub(crate) fn credentials(request: &Message) -> Vec<Credentials> {
    [Name::Authorization, Name::ProxyAuthorization]
        .into_iter()
        .flat_map(|name| request.fields_of(name))
        .filter_map(Credentials::parse)
        .take(limits::SIP_CREDENTIALS)
        .collect()
}

/// Whether two URIs lead to the same (RFC 3261 §19.1.4): the user part counts with case, the rest
/// without; of the parameters those count that change the way.
#[must_use]
pub fn is_same_uri(one: &str, other: &str) -> bool {
    let (Some(one), Some(other)) = (Uri::parse(one.as_bytes()), Uri::parse(other.as_bytes()))
    else {
        return false;
    };
    let counting = ["transport", "user", "method", "ttl", "maddr"];
    let same = |name: &&str| match (one.param(name), other.param(name)) {
        (None, None) => true,
        (Some(one), Some(other)) => one.eq_ignore_ascii_case(other),
        (Some(_), None) | (None, Some(_)) => false,
    };
    one.scheme == other.scheme
        && one.user == other.user
        && one.host.eq_ignore_ascii_case(other.host)
        && one.port == other.port
        && counting.iter().all(same)
}

impl Ua {
    /// Answers [`crate::Event::Asked`], once.
    pub fn answer(&mut self, now: std::time::Instant, id: AskId, answer: &Answer) {
        let server = ServerId(id.0);
        self.servers
            .respond(&mut self.hands, now, server, &answer.reply());
        if !answer.remembered {
            self.servers.forget(&mut self.hands, server);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn uris_are_compared_as_far_as_they_lead() {
        let one = "sip:anna@EXAMPLE.com:5062;transport=tcp;x=1";
        for same in [
            "SIP:anna@example.com:5062;transport=TCP",
            "sip:anna:pw@example.com:5062;transport=tcp;x=2;y",
        ] {
            assert!(is_same_uri(one, same), "{same}");
        }
        for other in [
            "sip:Anna@example.com:5062;transport=tcp",
            "sip:anna@example.com;transport=tcp",
            "sip:anna@example.com:5062",
            "sips:anna@example.com:5062;transport=tcp",
            "nothing",
        ] {
            assert!(!is_same_uri(one, other), "{other}");
        }
    }
}

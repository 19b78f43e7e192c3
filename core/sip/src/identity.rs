//! Who an INVITE says is calling, in every header that says so; believes none of them.

use crate::message::{Message, Name, NameAddr, Uri, text};

/// What stands about the caller beside From. Texts are the peer's: show, never trust.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CallerIdentity {
    /// P-Asserted-Identity (RFC 3325).
    pub asserted: Option<Party>,
    /// P-Preferred-Identity (RFC 3325).
    pub preferred: Option<Party>,
    /// Remote-Party-ID, which older systems send.
    pub remote_party: Option<Party>,
    /// The user part of P-Called-Party-ID (RFC 7315 §4.2): what was dialled.
    pub called: Option<String>,
    /// Who was dialled first, when the call was diverted: of Diversion (RFC 5806), else of
    /// History-Info (RFC 7044).
    pub diverted_from: Option<String>,
    /// The caller wants not to be shown: Privacy (RFC 3323, RFC 3325 §7), or the same within
    /// Remote-Party-ID.
    pub is_private: bool,
}

/// One of them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Party {
    /// User part of the URI, percent-decoded; maybe a number.
    pub user: String,
    pub name: Option<String>,
}

impl CallerIdentity {
    pub(crate) fn of(invite: &Message) -> Self {
        let remote = invite.values(Name::RemotePartyId).next();
        let remote_addr = remote.and_then(NameAddr::parse);
        let hides = remote_addr.is_some_and(|addr| {
            let privacy = addr.param("privacy").unwrap_or(b"");
            [b"full".as_slice(), b"uri"]
                .iter()
                .any(|word| privacy.eq_ignore_ascii_case(word))
        });
        Self {
            asserted: party(invite, Name::PAssertedIdentity),
            preferred: party(invite, Name::PPreferredIdentity),
            remote_party: party(invite, Name::RemotePartyId),
            called: user(invite, Name::PCalledPartyId),
            diverted_from: user(invite, Name::Diversion).or_else(|| first_dialled(invite)),
            is_private: hides || wants_privacy(invite),
        }
    }
}

/// The first value with a user part; a name that only another value has goes with it, as with
/// `"Anna" <sip:anna@a>, <tel:+4930>`.
fn party(invite: &Message, name: Name) -> Option<Party> {
    let mut found: Option<Party> = None;
    for addr in invite
        .values(name)
        .filter_map(NameAddr::parse)
        .take(PARTIES)
    {
        let user = Uri::parse(addr.uri).map_or(String::new(), |uri| uri.dialled());
        let shown = addr.display.map(text).filter(|shown| !shown.is_empty());
        match &mut found {
            Some(first) => first.name = first.name.take().or(shown),
            None if user.is_empty() => {}
            None => found = Some(Party { user, name: shown }),
        }
    }
    found
}

fn user(invite: &Message, name: Name) -> Option<String> {
    let addr = NameAddr::parse(invite.values(name).next()?)?;
    let user = Uri::parse(addr.uri)?.dialled();
    Some(user).filter(|user| !user.is_empty())
}

/// Of a History-Info with more than one entry, the first is what was dialled at the beginning.
fn first_dialled(invite: &Message) -> Option<String> {
    let is_diverted = invite.values(Name::HistoryInfo).nth(1).is_some();
    is_diverted
        .then(|| user(invite, Name::HistoryInfo))
        .flatten()
}

/// `id`, and what hides more than that; `none`, `session` and `critical` alone hide nobody.
fn wants_privacy(invite: &Message) -> bool {
    let hiding = [b"id".as_slice(), b"user", b"header", b"full"];
    let words = invite
        .fields_of(Name::Privacy)
        .flat_map(|field| field.split(|byte| matches!(byte, b';' | b',')));
    words
        .map(<[u8]>::trim_ascii)
        .any(|word| hiding.iter().any(|one| word.eq_ignore_ascii_case(one)))
}

/// RFC 3325 §9.1 allows two.
const PARTIES: usize = 4;

#[cfg(test)]
mod tests {
    use super::*;

    fn identity(headers: &str) -> CallerIdentity {
        let text = format!("INVITE sip:801@a SIP/2.0\r\n{headers}\r\n\r\n");
        CallerIdentity::of(&Message::parse(text.as_bytes()).unwrap())
    }

    fn party(user: &str, name: Option<&str>) -> Option<Party> {
        let (user, name) = (user.to_owned(), name.map(str::to_owned));
        Some(Party { user, name })
    }

    #[test]
    fn every_header_that_names_the_caller_is_read() {
        let found = identity(
            "P-Asserted-Identity: <tel:+4989123>, \"Anna B\" <sip:anna@a>\r\n\
             P-Preferred-Identity: <sip:200@a;user=phone>\r\n\
             Remote-Party-ID: \"X\" <sip:300@a>;party=calling;privacy=off\r\n\
             P-Called-Party-ID: <sip:+49301234@a>\r\n\
             Diversion: <sip:+49555@a>;reason=unconditional\r\n\
             Privacy: none",
        );
        assert_eq!(found.asserted, party("+4989123", Some("Anna B")));
        assert_eq!(found.preferred, party("200", None));
        assert_eq!(found.remote_party, party("300", Some("X")));
        assert_eq!(found.called.as_deref(), Some("+49301234"));
        assert_eq!(found.diverted_from.as_deref(), Some("+49555"));
        assert!(!found.is_private);
        assert_eq!(identity("X: y"), CallerIdentity::default());
    }

    #[test]
    fn whoever_wants_to_be_private_is_known_to_want_so() {
        for hidden in [
            "Privacy: id",
            "Privacy: user;id;critical",
            "privacy: HEADER",
            "Remote-Party-ID: <sip:1@a>;privacy=full",
        ] {
            assert!(identity(hidden).is_private, "{hidden}");
        }
        for open in ["Privacy: none", "Privacy: session", "Privacy:", "X: id"] {
            assert!(!identity(open).is_private, "{open}");
        }
    }

    #[test]
    fn a_history_of_one_is_no_diversion() {
        let one = "History-Info: <sip:801@a>;index=1";
        assert_eq!(identity(one).diverted_from, None);
        let two = "History-Info: <sip:+4930@a>;index=1, <sip:801@a>;index=1.1";
        assert_eq!(identity(two).diverted_from.as_deref(), Some("+4930"));
    }

    #[test]
    fn what_is_broken_names_nobody() {
        for broken in [
            "P-Asserted-Identity: \"A",
            "P-Asserted-Identity: <>",
            "Diversion: x",
        ] {
            assert_eq!(identity(broken), CallerIdentity::default(), "{broken}");
        }
    }
}

//! The header names we act upon, long and compact; every other is kept but not named.

/// A header field's name. Comparison is without case (RFC 3261 §7.3.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Name {
    Accept,
    AcceptLanguage,
    Allow,
    Authorization,
    CallId,
    Contact,
    ContentEncoding,
    ContentLength,
    ContentType,
    Cseq,
    Diversion,
    Event,
    Expires,
    From,
    HistoryInfo,
    MaxForwards,
    MinExpires,
    MinSe,
    PAssertedIdentity,
    PCalledPartyId,
    PPreferredIdentity,
    Path,
    Privacy,
    ProxyAuthenticate,
    ProxyAuthorization,
    RAck,
    RSeq,
    Reason,
    RecordRoute,
    RemotePartyId,
    Require,
    RetryAfter,
    Route,
    Server,
    SessionExpires,
    Supported,
    To,
    UserAgent,
    Via,
    WwwAuthenticate,
    Other,
}

const NAMES: [(&[u8], Name); 40] = [
    (b"Via", Name::Via),
    (b"From", Name::From),
    (b"To", Name::To),
    (b"Call-ID", Name::CallId),
    (b"CSeq", Name::Cseq),
    (b"Contact", Name::Contact),
    (b"Content-Length", Name::ContentLength),
    (b"Content-Type", Name::ContentType),
    (b"Max-Forwards", Name::MaxForwards),
    (b"Allow", Name::Allow),
    (b"Supported", Name::Supported),
    (b"Route", Name::Route),
    (b"Record-Route", Name::RecordRoute),
    (b"User-Agent", Name::UserAgent),
    (b"Accept-Language", Name::AcceptLanguage),
    (b"Require", Name::Require),
    (b"Session-Expires", Name::SessionExpires),
    (b"Min-SE", Name::MinSe),
    (b"Accept", Name::Accept),
    (b"Expires", Name::Expires),
    (b"Reason", Name::Reason),
    (b"RAck", Name::RAck),
    (b"RSeq", Name::RSeq),
    (b"P-Asserted-Identity", Name::PAssertedIdentity),
    (b"Content-Encoding", Name::ContentEncoding),
    (b"Authorization", Name::Authorization),
    (b"Proxy-Authorization", Name::ProxyAuthorization),
    (b"Path", Name::Path),
    (b"Diversion", Name::Diversion),
    (b"Event", Name::Event),
    (b"History-Info", Name::HistoryInfo),
    (b"Min-Expires", Name::MinExpires),
    (b"P-Called-Party-ID", Name::PCalledPartyId),
    (b"P-Preferred-Identity", Name::PPreferredIdentity),
    (b"Privacy", Name::Privacy),
    (b"Proxy-Authenticate", Name::ProxyAuthenticate),
    (b"Remote-Party-ID", Name::RemotePartyId),
    (b"Retry-After", Name::RetryAfter),
    (b"Server", Name::Server),
    (b"WWW-Authenticate", Name::WwwAuthenticate),
];

impl Name {
    pub(crate) fn parse(name: &[u8]) -> Name {
        if let [letter] = name {
            return Name::from_compact(*letter);
        }
        NAMES
            .iter()
            .find(|(long, _)| long.len() == name.len() && long.eq_ignore_ascii_case(name))
            .map_or(Name::Other, |(_, found)| *found)
    }

    fn from_compact(letter: u8) -> Name {
        match letter.to_ascii_lowercase() {
            b'v' => Name::Via,
            b'f' => Name::From,
            b't' => Name::To,
            b'i' => Name::CallId,
            b'm' => Name::Contact,
            b'l' => Name::ContentLength,
            b'c' => Name::ContentType,
            b'e' => Name::ContentEncoding,
            b'o' => Name::Event,
            b'k' => Name::Supported,
            b'x' => Name::SessionExpires,
            _ => Name::Other,
        }
    }

    /// Fields that may appear once only (RFC 3261 §7.3.1) and that we rely on.
    pub(crate) fn is_single(self) -> bool {
        matches!(
            self,
            Name::From | Name::To | Name::CallId | Name::Cseq | Name::MaxForwards
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_known_in_any_case_and_in_compact_form() {
        assert_eq!(Name::parse(b"vIA"), Name::Via);
        assert_eq!(Name::parse(b"V"), Name::Via);
        assert_eq!(Name::parse(b"call-id"), Name::CallId);
        assert_eq!(Name::parse(b"x"), Name::SessionExpires);
        assert_eq!(Name::parse(b"Vi"), Name::Other);
        assert_eq!(Name::parse(b""), Name::Other);
    }
}

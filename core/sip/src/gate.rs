//! Who is let in: the checks of RFC 3261 §8.2 in their order; remembers nothing.

use conclave_model::limits;

use crate::Transport;
use crate::message::{ALLOW, ALLOW_INSIDE, Description, Flaw, Message, Method, Name, Reply};
use crate::message::{Scheme, Uri, Via};
use crate::message::{after_params, before_params, is_type, param, session_description};

/// Extensions we understand when a request requires them.
const UNDERSTOOD: [&str; 2] = ["timer", "100rel"];

/// Of a registrar: RFC 3327 and RFC 5626.
const UNDERSTOOD_IN_REGISTER: [&str; 2] = ["path", "outbound"];

/// The first fault in the form of a request, for 400, 505 or 513.
pub(crate) fn fault_of_form(request: &Message) -> Option<Flaw> {
    if let Some(flaw) = request.flaw {
        return Some(flaw);
    }
    let singles = [Name::From, Name::To, Name::CallId, Name::Cseq];
    let names = [
        "Missing From",
        "Missing To",
        "Missing Call-ID",
        "Missing CSeq",
    ];
    for (name, phrase) in singles.into_iter().zip(names) {
        if request.field(name).is_none_or(<[u8]>::is_empty) {
            return Some(Flaw::bad(phrase));
        }
    }
    let twice = |name: Name| name.is_single() && request.fields_of(name).nth(1).is_some();
    if singles.into_iter().chain([Name::MaxForwards]).any(twice) {
        return Some(Flaw::bad("Header Given Twice"));
    }
    if request.from().is_none() {
        return Some(Flaw::bad("Bad From"));
    }
    if request.to().is_none() {
        return Some(Flaw::bad("Bad To"));
    }
    match request.cseq() {
        None => return Some(Flaw::bad("Bad CSeq")),
        Some((_, method)) if method != request.method_name() => {
            return Some(Flaw::bad("CSeq Of Another Method"));
        }
        Some(_) => {}
    }
    if let Some(hops) = request.field(Name::MaxForwards)
        && crate::message::number(hops).is_none_or(|hops| hops > 255)
    {
        return Some(Flaw::bad("Bad Max-Forwards"));
    }
    fault_of_targets(request)
}

fn fault_of_targets(request: &Message) -> Option<Flaw> {
    let uri = Uri::parse(request.request_uri());
    if uri.is_none_or(|uri| uri.has_headers) {
        // RFC 3261 §19.1.1: no headers in a Request-URI.
        return Some(Flaw::bad("Bad Request-URI"));
    }
    let has_contact = request.field(Name::Contact).is_some();
    if request.method() == Method::Invite && has_contact && request.contact_uri().is_none() {
        return Some(Flaw::bad("Bad Contact"));
    }
    if request
        .values(Name::Via)
        .any(|via| Via::parse(via).is_none())
    {
        return Some(Flaw::bad("Bad Via"));
    }
    let lists = [
        Name::Via,
        Name::Route,
        Name::RecordRoute,
        Name::Require,
        Name::Contact,
        Name::Path,
    ];
    lists
        .into_iter()
        .any(|name| request.values(name).nth(limits::SIP_LIST_VALUES).is_some())
        .then_some(Flaw::bad("Too Many Values"))
}

/// Why a request of good form is refused, whether inside a dialog or not.
pub(crate) fn refusal(request: &Message) -> Option<Reply> {
    match request.method() {
        Method::Unknown => return Some(Reply::new(501).with("Allow", allowed(request))),
        Method::NotServed | Method::Notify => {
            return Some(Reply::new(405).with("Allow", allowed(request)));
        }
        Method::Ack | Method::Cancel => return None,
        Method::Invite
        | Method::Bye
        | Method::Options
        | Method::Info
        | Method::Update
        | Method::Prack
        | Method::Message
        | Method::Register
        | Method::Subscribe => {}
    }
    if request.request_uri().len() > limits::SIP_URI_BYTES {
        return Some(Reply::new(414));
    }
    let unsupported: Vec<_> = request
        .values(Name::Require)
        .filter(|token| !is_understood(request.method(), token))
        .map(String::from_utf8_lossy)
        .collect();
    if !unsupported.is_empty() {
        return Some(Reply::new(420).with("Unsupported", &unsupported.join(", ")));
    }
    let body_max = match request.method() {
        Method::Message => limits::TEXT_BYTES,
        Method::Invite
        | Method::Ack
        | Method::Bye
        | Method::Cancel
        | Method::Options
        | Method::Info
        | Method::Update
        | Method::Prack
        | Method::Register
        | Method::Subscribe
        | Method::Notify
        | Method::NotServed
        | Method::Unknown => limits::SDP_BYTES,
    };
    (request.body().len() > body_max).then(|| Reply::new(413))
}

fn allowed(request: &Message) -> &'static str {
    if request.callee_tag().is_some() {
        ALLOW_INSIDE
    } else {
        ALLOW
    }
}

/// Why a request that begins something new is refused.
pub(crate) fn refusal_outside(request: &Message, transport: Transport) -> Option<Reply> {
    match Uri::parse(request.request_uri()).map(|uri| uri.scheme) {
        Some(Scheme::Sip | Scheme::Tel) => {}
        // Who dials `sips:` was promised that nobody listens in on any hop (RFC 5630 §3.3).
        Some(Scheme::Sips) if transport.is_secure() => {}
        Some(Scheme::Sips) => {
            let warning = "380 conclave \"SIPS Not Allowed\"";
            return Some(Reply::new(480).with("Warning", warning));
        }
        Some(Scheme::Foreign) | None => return Some(Reply::new(416)),
    }
    if request.method() == Method::Message {
        // A message to a room that one is not in would come to nobody.
        return Some(Reply::new(405).with("Allow", ALLOW));
    }
    if request.method() != Method::Invite {
        return None;
    }
    // An OPTIONS with no hops left is for whom it reaches (RFC 3261 §11); an INVITE that used up
    // seventy hops has been going in circles.
    if request.number(Name::MaxForwards) == Some(0) {
        return Some(Reply::new(483));
    }
    if session_description(request) == Description::Foreign {
        let reply = Reply::new(415).with("Accept", "application/sdp");
        return Some(reply.with("Accept-Encoding", "identity"));
    }
    (!accepts_sdp(request)).then(|| Reply::new(406))
}

fn is_understood(method: Method, token: &[u8]) -> bool {
    let known = if method == Method::Register {
        UNDERSTOOD_IN_REGISTER
    } else {
        UNDERSTOOD
    };
    known
        .iter()
        .any(|known| token.eq_ignore_ascii_case(known.as_bytes()))
}

/// No Accept means SDP (RFC 3261 §20.1).
fn accepts_sdp(invite: &Message) -> bool {
    let mut kinds = invite.values(Name::Accept).peekable();
    let wanted = ["application/sdp", "application/*", "*/*"];
    kinds.peek().is_none()
        || kinds.any(|kind| {
            let refused = param(after_params(kind), "q").is_some_and(|q| q == b"0");
            !refused
                && wanted
                    .iter()
                    .any(|wanted| is_type(before_params(kind), wanted))
        })
}

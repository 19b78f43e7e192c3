//! Requests of ours outside of any dialog: sent, proved when asked to, and their answer told.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::time::{Duration, Instant};

use crate::dialog::via;
use crate::digest::{Challenge, Login};
use crate::hands::Hands;
use crate::message::{
    ALLOW, Fields, Message, Method, Name, NameAddr, Scheme, Uri, finish, number, text, uri_address,
};
use crate::transaction::{ClientKey, Outcome, Outgoing, Purpose};
use crate::{Event, OwnAccount, Path, SessionId, Ua};

/// One request of ours outside of any dialog; never used twice.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct OutRequestId(pub u64);

/// What may be asked outside of a dialog.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OutMethod {
    Register,
    Options,
}

/// Everything such a request says. Texts may not hold control characters; such are dropped.
#[derive(Clone, Debug)]
pub struct OutgoingRequest {
    pub method: OutMethod,
    /// Where to send it. Over a stream, `conn: None` asks for a connection.
    pub path: Path,
    /// The Request-URI.
    pub target: String,
    /// From, as a URI without brackets.
    pub from: String,
    /// To, likewise.
    pub to: String,
    /// The same for every registration of one binding (RFC 3261 §10.2).
    pub call_id: String,
    /// Grows with each request of one Call-ID; see [`RequestAnswer::sequence`].
    pub sequence: u32,
    /// A proxy that it goes through, as a URI without brackets.
    pub route: Option<String>,
    /// The user part of our Contact.
    pub contact_user: String,
    /// For a REGISTER: seconds, 0 to forget the binding.
    pub expires_s: Option<u32>,
    /// With which a challenge is answered.
    pub account: Option<OwnAccount>,
    /// What answered the last challenge, which the peer may still take.
    pub login: Option<KeptLogin>,
}

/// What answered a challenge, and whose it was: a proxy's on the way (407), or that of whom the
/// request is for (401).
#[derive(Clone, Debug)]
pub struct KeptLogin {
    login: Login,
    is_for_proxy: bool,
}

/// A final answer.
#[derive(Clone, Debug)]
pub struct RequestAnswer {
    pub status: u16,
    /// The words behind it. The peer's own: show, never trust.
    pub phrase: String,
    /// The way it took; the stream, if there is one, brings what the peer has to say.
    pub path: Path,
    /// CSeq of the last request that was sent for it.
    pub sequence: u32,
    /// For a REGISTER that was granted: for how long, in seconds.
    pub granted_s: Option<u32>,
    /// Of 423, in seconds.
    pub min_expires_s: Option<u32>,
    pub retry_after: Option<Duration>,
    /// Our address as the peer sees it (RFC 3581), when it said so.
    pub seen_as: Option<SocketAddr>,
    /// Server, else User-Agent.
    pub server: Option<String>,
    /// For the next request.
    pub login: Option<KeptLogin>,
}

/// Why there is no answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RequestFailure {
    Silence,
    NoConnection,
}

/// Requests that have no final answer, by the number they share with sessions.
#[derive(Debug, Default)]
pub(crate) struct Requests {
    open: BTreeMap<SessionId, Open>,
}

#[derive(Debug)]
struct Open {
    request: OutgoingRequest,
    key: ClientKey,
    local_tag: String,
    /// Challenges that were answered with a proof of their own.
    proofs: u8,
}

impl Ua {
    /// Sends a request outside of any dialog; [`Event::RequestAnswered`] or
    /// [`Event::RequestFailed`] follows.
    pub fn request(&mut self, now: Instant, mut request: OutgoingRequest) -> OutRequestId {
        let id = self.sessions.next_id();
        let local_tag = self.hands.new_tag();
        let key = self.send_alone(now, id, &mut request, &local_tag);
        let open = Open {
            request,
            key,
            local_tag,
            proofs: 0,
        };
        self.requests.open.insert(id, open);
        OutRequestId(id.0)
    }

    /// Whoever asked does not wait any longer: no event follows.
    pub fn forget_request(&mut self, id: OutRequestId) {
        self.requests.open.remove(&SessionId(id.0));
    }

    pub(crate) fn request_outcome(
        &mut self,
        now: Instant,
        id: SessionId,
        key: ClientKey,
        outcome: Outcome<'_>,
    ) {
        let is_current = self
            .requests
            .open
            .get(&id)
            .is_some_and(|open| open.key == key);
        let failure = match outcome {
            Outcome::Response(response) => {
                let status = response.status().unwrap_or(0);
                if is_current && status >= 200 {
                    self.request_answered(now, id, response, status);
                }
                return;
            }
            Outcome::Timeout => RequestFailure::Silence,
            Outcome::TransportFailed => RequestFailure::NoConnection,
        };
        if is_current && self.requests.open.remove(&id).is_some() {
            let request = OutRequestId(id.0);
            let why = failure;
            self.hands.tell(Event::RequestFailed { request, why });
        }
    }

    fn request_answered(&mut self, now: Instant, id: SessionId, response: &Message, status: u16) {
        let Some(mut open) = self.requests.open.remove(&id) else {
            return;
        };
        if matches!(status, 401 | 407) && open.can_prove(response, status) {
            open.request.sequence += 1;
            open.key = self.send_alone(now, id, &mut open.request, &open.local_tag);
            self.requests.open.insert(id, open);
            return;
        }
        let answer = Box::new(self.answer_to(open.request, response, status));
        let request = OutRequestId(id.0);
        self.hands.tell(Event::RequestAnswered { request, answer });
    }

    fn answer_to(
        &self,
        request: OutgoingRequest,
        response: &Message,
        status: u16,
    ) -> RequestAnswer {
        let is_stream = request.path.transport.is_stream();
        let path = if is_stream {
            self.hands.wires.resolve(request.path)
        } else {
            request.path
        };
        let seconds = |name| {
            response
                .number(name)
                .map(|s| Duration::from_secs(u64::from(s)))
        };
        let server = response
            .field(Name::Server)
            .or_else(|| response.field(Name::UserAgent));
        RequestAnswer {
            status,
            phrase: text(response.phrase()),
            path,
            sequence: request.sequence,
            granted_s: granted(response, &request.contact_user),
            min_expires_s: response.number(Name::MinExpires),
            retry_after: seconds(Name::RetryAfter),
            seen_as: response.top_via().and_then(|via| via.seen_as()),
            server: server.map(text),
            login: request.login,
        }
    }

    fn send_alone(
        &mut self,
        now: Instant,
        id: SessionId,
        request: &mut OutgoingRequest,
        local_tag: &str,
    ) -> ClientKey {
        let outgoing = write(&mut self.hands, request, local_tag);
        let hands = &mut self.hands;
        self.clients.open(hands, now, outgoing, id, Purpose::Alone)
    }
}

impl Open {
    /// Whether there is a proof that was not tried yet: a new password is not invented, so a second
    /// challenge is answered only if it says that merely the nonce was too old.
    fn can_prove(&mut self, response: &Message, status: u16) -> bool {
        let name = if status == 401 {
            Name::WwwAuthenticate
        } else {
            Name::ProxyAuthenticate
        };
        let Some(challenge) = Challenge::choose(response.fields_of(name)) else {
            return false;
        };
        let Some(account) = &self.request.account else {
            return false;
        };
        if self.proofs > 0 && (!challenge.stale || self.proofs >= PROOFS) {
            return false;
        }
        self.proofs += 1;
        self.request.login = Some(KeptLogin {
            login: Login::new(challenge, &account.user, &account.password),
            is_for_proxy: status == 407,
        });
        true
    }
}

fn write(hands: &mut Hands, request: &mut OutgoingRequest, local_tag: &str) -> Outgoing {
    let branch_number = hands.chance.u64();
    let path = request.path;
    let method = match request.method {
        OutMethod::Register => Method::Register,
        OutMethod::Options => Method::Options,
    };
    let target = clean(&request.target);
    let mut out = Fields::with_capacity(640);
    let line = format!("{} {target} SIP/2.0\r\n", method.as_str());
    out.append(line.as_bytes());
    out.add("Via", &via(path, branch_number));
    if let Some(route) = &request.route {
        out.add("Route", &format!("<{};lr>", clean(route)));
    }
    out.add("Max-Forwards", &conclave_model::HOPS_AT_FIRST.to_string());
    out.add(
        "From",
        &format!("<{}>;tag={local_tag}", clean(&request.from)),
    );
    out.add("To", &format!("<{}>", clean(&request.to)));
    out.add("Call-ID", &clean(&request.call_id));
    out.add("CSeq", &format!("{} {}", request.sequence, method.as_str()));
    let contact = uri_address(Scheme::Sip, &request.contact_user, path);
    out.add("Contact", &contact);
    if let Some(expires_s) = request.expires_s {
        out.add("Expires", &expires_s.to_string());
    }
    if let Some(kept) = &mut request.login {
        let proof = kept
            .login
            .answer(method.as_str(), &target, b"", &mut hands.chance);
        let name = if kept.is_for_proxy {
            "Proxy-Authorization"
        } else {
            "Authorization"
        };
        out.add(name, &proof);
    }
    if request.method == OutMethod::Options {
        out.add("Accept", "application/sdp");
    }
    Hands::abilities(&mut out, ALLOW);
    out.add("User-Agent", &hands.config.server_name);
    Outgoing {
        method,
        branch_number,
        path,
        bytes: finish(out, None),
    }
}

/// For how long our binding is kept: what its Contact says, else Expires. One that is not among
/// those the registrar lists is not kept; a list that is left out altogether is believed.
fn granted(response: &Message, contact_user: &str) -> Option<u32> {
    if !(200..300).contains(&response.status()?) {
        return None;
    }
    let general = response.number(Name::Expires);
    let mut contacts = response
        .values(Name::Contact)
        .filter_map(NameAddr::parse)
        .peekable();
    if contacts.peek().is_none() {
        return general;
    }
    let ours = contacts
        .find(|contact| Uri::parse(contact.uri).is_some_and(|uri| uri.dialled() == contact_user))?;
    ours.param("expires").and_then(number).or(general)
}

fn clean(text: &str) -> String {
    let harmless = |letter: &char| !letter.is_control() && !matches!(letter, '<' | '>' | ' ');
    text.chars().filter(harmless).collect()
}

/// A nonce may grow old between the challenge and its answer, but not again and again.
const PROOFS: u8 = 2;

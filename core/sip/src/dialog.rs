//! What both sides of a session agreed on (RFC 3261 §12): names, numbers and the way; no rules.

use std::net::SocketAddr;

use conclave_model::HOPS_AT_FIRST;

use crate::Path;
use crate::hands::{Hands, SUPPORTED};
use crate::message::{
    ALLOW_INSIDE, Fields, Message, Method, Name, NameAddr, Scheme, Uri, finish, text, uri_address,
};
use crate::proofs::Proofs;
use crate::transaction::{Outgoing, branch};

/// What a request says of itself that is not the same for every one in its dialog.
#[derive(Clone, Copy)]
pub(crate) struct Guise<'a> {
    /// The display name of From, in place of that of the dialog; its URI and tag stay.
    pub(crate) name: Option<&'a str>,
    pub(crate) hops: u8,
}

impl Guise<'_> {
    const PLAIN: Self = Guise {
        name: None,
        hops: HOPS_AT_FIRST,
    };
}

#[derive(Clone, Debug)]
pub(crate) struct Dialog {
    pub(crate) call_id: Vec<u8>,
    pub(crate) local_tag: String,
    /// Empty while unknown, or when the peer is older than RFC 3261.
    pub(crate) remote_tag: Vec<u8>,
    /// From of our requests, tag included.
    local_party: Vec<u8>,
    /// To of our requests, without the tag while it is unknown.
    remote_party: Vec<u8>,
    /// CSeq of our last request.
    pub(crate) local_sequence: u32,
    /// CSeq of the peer's last request.
    pub(crate) remote_sequence: Option<u32>,
    /// The peer's Contact.
    remote_target: Vec<u8>,
    /// Route headers, each with its brackets.
    route_set: Vec<Vec<u8>>,
    /// The way the peer's last message took.
    pub(crate) path: Path,
    /// The Contact names an address that only the peer's own network can reach.
    behind_nat: bool,
    pub(crate) contact: String,
    pub(crate) proofs: Proofs,
    pub(crate) peer_allows_update: bool,
    pub(crate) peer_supports_timer: bool,
    pub(crate) peer_allows_message: bool,
}

impl Dialog {
    /// As the callee: from the INVITE (RFC 3261 §12.1.1).
    pub(crate) fn of_incoming(invite: &Message, path: Path, local_tag: &str) -> Self {
        let mut local_party = invite.field(Name::To).unwrap_or(b"").to_vec();
        local_party.extend_from_slice(format!(";tag={local_tag}").as_bytes());
        let remote_party = invite.field(Name::From).unwrap_or(b"").to_vec();
        let from_uri = invite.from().map_or(b"".as_slice(), |from| from.uri);
        let dialled = Uri::parse(invite.request_uri());
        let user = dialled.and_then(|uri| uri.user).map(text);
        let scheme = dialled.map_or(Scheme::Sip, |uri| uri.scheme);
        let via_is_private = invite
            .top_via()
            .is_some_and(|via| via.differs_from(path.remote));
        let route_set = owned(invite.values(Name::RecordRoute));
        Self {
            call_id: invite.call_id().to_vec(),
            local_tag: local_tag.to_owned(),
            remote_tag: invite.caller_tag().unwrap_or(b"").to_vec(),
            local_party,
            remote_party,
            local_sequence: 0,
            remote_sequence: invite.cseq().map(|(sequence, _)| sequence),
            remote_target: invite.contact_uri().unwrap_or(from_uri).to_vec(),
            behind_nat: via_is_private && route_set.is_empty(),
            route_set,
            path,
            contact: uri_address(scheme, &user.unwrap_or_default(), path),
            proofs: Proofs::default(),
            peer_allows_update: invite.lists(Name::Allow, "UPDATE"),
            peer_supports_timer: invite.lists(Name::Supported, "timer"),
            peer_allows_message: invite.lists(Name::Allow, "MESSAGE"),
        }
    }

    /// Our Contact says from now on that it is a conference.
    pub(crate) fn be_focus(&mut self) {
        if !self.contact.ends_with(FOCUS) {
            self.contact.push_str(FOCUS);
        }
    }

    /// As the caller, before any answer.
    pub(crate) fn of_outgoing(
        call: &crate::OutgoingCall,
        call_id: String,
        local_tag: &str,
    ) -> Self {
        let local_party = format!("{};tag={local_tag}", bracketed(&call.from));
        let target = clean(&call.target).into_bytes();
        let route = call.route.as_deref().map(|route| {
            let harmless = |letter: &char| !matches!(letter, '<' | '>' | ' ');
            let route: String = clean(route).chars().filter(harmless).collect();
            format!("<{route};lr>").into_bytes()
        });
        let contact = own_contact(local_party.as_bytes(), &target, call.path);
        Self {
            call_id: call_id.into_bytes(),
            local_tag: local_tag.to_owned(),
            remote_tag: Vec::new(),
            local_party: local_party.into_bytes(),
            remote_party: bracketed(&call.to).into_bytes(),
            local_sequence: 0,
            remote_sequence: None,
            // The address of a telephone behind a NAT means something to its own network alone.
            behind_nat: call.route.is_none()
                && Uri::parse(&target)
                    .and_then(|uri| uri.socket_addr(call.path.transport))
                    .is_some_and(|named| named != call.path.remote),
            remote_target: target,
            route_set: route.into_iter().collect(),
            path: call.path,
            contact,
            proofs: Proofs::new(call.account.clone()),
            peer_allows_update: false,
            peer_supports_timer: false,
            peer_allows_message: false,
        }
    }

    /// As the caller: the dialog of one response, early or final (RFC 3261 §12.1.2).
    pub(crate) fn answered_by(&self, response: &Message) -> Dialog {
        let mut dialog = self.clone();
        dialog.learn_answer(response);
        dialog
    }

    /// Takes the peer's tag, Contact and route from a response that makes the dialog.
    pub(crate) fn learn_answer(&mut self, response: &Message) {
        self.remote_tag = response.callee_tag().unwrap_or(b"").to_vec();
        self.remote_party = response.field(Name::To).unwrap_or(b"").to_vec();
        self.route_set = owned(response.values(Name::RecordRoute));
        self.route_set.reverse();
        self.behind_nat &= self.route_set.is_empty();
        self.learn_peer(response);
    }

    /// Before any answer: the same call goes another way.
    pub(crate) fn go_by(&mut self, path: Path) {
        self.contact = own_contact(&self.local_party, &self.remote_target, path);
        self.path = path;
    }

    /// Contact and abilities, which every INVITE, UPDATE and 2xx to them may change.
    pub(crate) fn learn_peer(&mut self, message: &Message) {
        if let Some(contact) = message.contact_uri() {
            self.remote_target = contact.to_vec();
        }
        if message.field(Name::Allow).is_some() {
            self.peer_allows_update = message.lists(Name::Allow, "UPDATE");
            self.peer_allows_message = message.lists(Name::Allow, "MESSAGE");
        }
        if message.field(Name::Supported).is_some() {
            self.peer_supports_timer = message.lists(Name::Supported, "timer");
        }
    }

    /// Whether a message with these names is of this dialog, seen from us.
    pub(crate) fn is_named(&self, call_id: &[u8], remote_tag: &[u8]) -> bool {
        self.call_id == call_id && self.remote_tag == remote_tag
    }

    /// Whether a request of the peer comes in its order (RFC 3261 §12.2.2); remembers its number.
    pub(crate) fn takes_sequence(&mut self, sequence: u32) -> bool {
        if self.remote_sequence.is_some_and(|last| sequence < last) {
            return false;
        }
        self.remote_sequence = Some(sequence);
        true
    }

    /// A request in the dialog with the next number.
    pub(crate) fn next_request(
        &mut self,
        hands: &mut Hands,
        method: Method,
        fields: Fields,
        body: Option<(&str, &[u8])>,
    ) -> Outgoing {
        self.local_sequence += 1;
        self.request(hands, method, self.local_sequence, fields, body)
    }

    /// A MESSAGE with the next number; without Contact, as RFC 3428 §4 wants it.
    pub(crate) fn next_text(
        &mut self,
        hands: &mut Hands,
        guise: Guise<'_>,
        body: (&str, &[u8]),
    ) -> Outgoing {
        self.local_sequence += 1;
        let (sequence, fields) = (self.local_sequence, Fields::new());
        self.write(hands, Method::Message, sequence, guise, fields, Some(body))
    }

    /// A request in the dialog with a given number: the ACK has that of its INVITE.
    pub(crate) fn request(
        &mut self,
        hands: &mut Hands,
        method: Method,
        sequence: u32,
        fields: Fields,
        body: Option<(&str, &[u8])>,
    ) -> Outgoing {
        self.write(hands, method, sequence, Guise::PLAIN, fields, body)
    }

    fn write(
        &mut self,
        hands: &mut Hands,
        method: Method,
        sequence: u32,
        guise: Guise<'_>,
        fields: Fields,
        body: Option<(&str, &[u8])>,
    ) -> Outgoing {
        let branch_number = hands.chance.u64();
        let path = self.next_hop();
        let mut out = Fields::with_capacity(768);
        let (request_uri, routes) = self.route();
        let request_uri = request_uri.to_vec();
        let line = [
            method.as_str().as_bytes(),
            b" ",
            &request_uri,
            b" SIP/2.0\r\n",
        ];
        out.append(&line.concat());
        out.add("Via", &via(path, branch_number));
        for route in routes {
            out.add_bytes("Route", &route);
        }
        out.add("Max-Forwards", &guise.hops.to_string());
        out.add_bytes("From", &self.local_party_as(guise.name));
        out.add_bytes("To", &self.remote_party);
        out.add_bytes("Call-ID", &self.call_id);
        out.add("CSeq", &format!("{sequence} {}", method.as_str()));
        if matches!(method, Method::Invite | Method::Update) {
            out.add("Contact", &self.contact);
            out.add("Allow", ALLOW_INSIDE);
            // A reliable provisional answer to an INVITE without offer would be an offer, and its
            // PRACK our answer, which the owner gives only after the 2xx.
            let is_late = method == Method::Invite && body.is_none();
            out.add("Supported", if is_late { "timer" } else { SUPPORTED });
        }
        if method == Method::Notify {
            out.add("Contact", &self.contact);
        }
        self.prove(hands, method, &text(&request_uri), body, &mut out);
        out.append(&fields.into_bytes());
        out.add("User-Agent", &hands.config.server_name);
        Outgoing {
            method,
            branch_number,
            path,
            bytes: finish(out, body),
        }
    }

    /// RFC 3261 §22.1: an ACK proves what its INVITE proved.
    fn prove(
        &mut self,
        hands: &mut Hands,
        method: Method,
        uri: &str,
        body: Option<(&str, &[u8])>,
        out: &mut Fields,
    ) {
        let body = body.map_or(b"".as_slice(), |(_, body)| body);
        let proofs = if method == Method::Ack {
            self.proofs.of_ack()
        } else {
            let chance = &mut hands.chance;
            self.proofs.of_request(method.as_str(), uri, body, chance)
        };
        for (name, proof) in proofs {
            out.add(name, &proof);
        }
    }

    /// From with another display name. A dialog is known by the tag, and URIs by themselves.
    fn local_party_as(&self, name: Option<&str>) -> Vec<u8> {
        let addr = NameAddr::parse(&self.local_party);
        let (Some(name), Some(addr)) = (name, addr) else {
            return self.local_party.clone();
        };
        let quoted = quoted(name);
        let tag = self.local_tag.as_bytes();
        [quoted.as_bytes(), b" <", addr.uri, b">;tag=", tag].concat()
    }

    /// Request-URI and Route headers: loose routing, or strict when the first proxy wants it
    /// (RFC 3261 §12.2.1.1).
    fn route(&self) -> (&[u8], Vec<Vec<u8>>) {
        let first = self
            .route_set
            .first()
            .and_then(|route| NameAddr::parse(route));
        let Some(first) = first else {
            return (&self.remote_target, Vec::new());
        };
        let is_loose = Uri::parse(first.uri).is_some_and(|uri| uri.param("lr").is_some());
        if is_loose {
            return (&self.remote_target, self.route_set.clone());
        }
        let target = [b"<".as_slice(), &self.remote_target, b">"].concat();
        let routes = self.route_set[1..].iter().cloned().chain([target]);
        (first.uri, routes.collect())
    }

    /// Where our next request goes: the first Route or the Contact if it names an address, for
    /// names are not resolved here; else where the peer's messages come from. Over a stream that
    /// is always the stream, while it is open.
    fn next_hop(&self) -> Path {
        if self.remote_tag.is_empty() && self.remote_sequence.is_none() {
            // Our own INVITE, before anybody answered: its owner said which way.
            return self.path;
        }
        let first = self
            .route_set
            .first()
            .and_then(|route| NameAddr::parse(route));
        let uri = first.map_or(self.remote_target.as_slice(), |route| route.uri);
        let named = Uri::parse(uri).and_then(|uri| uri.socket_addr(self.path.transport));
        let reachable = |addr: &SocketAddr| {
            !self.behind_nat
                && addr.port() != 0
                && !addr.ip().is_unspecified()
                && addr.is_ipv4() == self.path.local.is_ipv4()
        };
        let remote = named.filter(reachable).unwrap_or(self.path.remote);
        Path {
            remote,
            ..self.path
        }
    }
}

/// RFC 4579 §4.2.
const FOCUS: &str = ";isfocus";

/// The Via of a request of ours.
pub(crate) fn via(path: Path, branch_number: u64) -> String {
    format!(
        "SIP/2.0/{} {};rport;branch={}",
        path.transport.in_via(),
        path.local,
        branch(branch_number)
    )
}

/// Where we are reached in a call of ours: under the user of From, by the scheme of whom we call.
fn own_contact(local_party: &[u8], target: &[u8], path: Path) -> String {
    let scheme = Uri::parse(target).map_or(Scheme::Sip, |uri| uri.scheme);
    let from = NameAddr::parse(local_party).and_then(|from| Uri::parse(from.uri));
    let user = from.and_then(|uri| uri.user).map(text);
    uri_address(scheme, &user.unwrap_or_default(), path)
}

fn owned<'a>(values: impl Iterator<Item = &'a [u8]>) -> Vec<Vec<u8>> {
    let most = conclave_model::limits::SIP_LIST_VALUES;
    values.take(most).map(<[u8]>::to_vec).collect()
}

/// A URI gets brackets, so that what follows is the header's parameter and not its own.
fn bracketed(party: &str) -> String {
    let party = clean(party);
    if party.contains('<') {
        party
    } else {
        format!("<{party}>")
    }
}

fn quoted(text: &str) -> String {
    let text = clean(text).replace('\\', "\\\\").replace('"', "\\\"");
    format!("\"{text}\"")
}

fn clean(text: &str) -> String {
    text.chars().filter(|letter| !letter.is_control()).collect()
}

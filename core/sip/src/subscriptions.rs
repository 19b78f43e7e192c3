//! Who wants to be told of a state (RFC 6665), from the side that tells; knows no package's words.

use std::collections::{BTreeMap, HashMap};
use std::time::{Duration, Instant};

use conclave_model::limits;

use crate::asked::credentials;
use crate::desk::Desk;
use crate::dialog::Dialog;
use crate::digest::Credentials;
use crate::hands::Hands;
use crate::message::{
    Fields, Message, Method, Name, Reply, Uri, after_params, before_params, is_type, param, text,
};
use crate::timers::{Alarm, TimerId};
use crate::transaction::{ClientKey, Outcome, Purpose, ServerId};
use crate::{Answer, Event, Path, SessionId, Ua};

/// One subscription; never used twice.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct SubscriptionId(pub u64);

/// A kind of state that others may be told of, and how it is written down.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Package {
    /// The word in `Event`.
    pub name: &'static str,
    pub content_type: &'static str,
}

/// What a SUBSCRIBE wants, and who sent it as they say. Texts are the peer's: show, never trust.
#[derive(Clone, Debug)]
pub struct Subscribing {
    pub path: Path,
    pub package: Package,
    /// The user part of the Request-URI: of what.
    pub about: String,
    /// The user part of From.
    pub from_user: String,
    pub user_agent: Option<String>,
    /// Every Authorization and Proxy-Authorization that can be read.
    pub credentials: Vec<Credentials>,
    /// It wants to be told once, now, and not again.
    pub is_glance: bool,
}

/// Why nothing more is told (RFC 6665 §4.1.3).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SubscriptionEnd {
    /// What it was about is gone.
    NoResource,
    /// Whoever asked may ask again at once; we are going.
    Deactivated,
    /// It may not any longer.
    Rejected,
}

impl SubscriptionEnd {
    const fn word(self) -> &'static str {
        match self {
            SubscriptionEnd::NoResource => "noresource",
            SubscriptionEnd::Deactivated => "deactivated",
            SubscriptionEnd::Rejected => "rejected",
        }
    }
}

/// All subscriptions, found by their number or by the tag we gave them.
#[derive(Debug, Default)]
pub(crate) struct Subscriptions {
    all: BTreeMap<SubscriptionId, Subscription>,
    by_tag: HashMap<Box<[u8]>, SubscriptionId>,
}

#[derive(Debug)]
struct Subscription {
    dialog: Dialog,
    package: Package,
    /// The `id` of its Event, which every NOTIFY repeats.
    event_id: Option<String>,
    ends_at: Instant,
    /// The SUBSCRIBE that waits for the owner's word.
    asked: Option<ServerId>,
    /// Expires as it was granted; 0 for one look.
    granted_s: u32,
    /// The NOTIFY that waits for its answer.
    out: Option<ClientKey>,
    alarm: Option<TimerId>,
}

// What comes from the wire -----------------------------------------------------------------------

impl Ua {
    pub(crate) fn handle_subscribe(&mut self, now: Instant, path: Path, request: &Message) {
        if self.hands.config.packages.is_empty() {
            let allow = self.allow();
            self.reply(path, request, &Reply::new(405).with("Allow", &allow));
            return;
        }
        let known = self.subscriptions.find(request);
        let wish = match self.wish_of(request) {
            Ok(wish) => wish,
            Err(reply) => return self.reply(path, request, &reply),
        };
        match (request.callee_tag(), known) {
            (Some(_), Some(id)) => self.resubscribe(now, path, request, id, wish.expires_s),
            (Some(_), None) => self.reply(path, request, &Reply::new(481)),
            (None, _) => self.subscribe(now, path, request, wish),
        }
    }

    /// What it wants, or the refusal.
    fn wish_of(&self, request: &Message) -> Result<Wanted, Reply> {
        let packages = self.hands.config.packages;
        let event = request.field(Name::Event).unwrap_or(b"");
        let name = before_params(event);
        let Some(package) = packages
            .iter()
            .find(|known| name == known.name.as_bytes())
            .copied()
        else {
            return Err(Reply::new(489).with("Allow-Events", &allowed_events(packages)));
        };
        if !accepts(request, package.content_type) {
            return Err(Reply::new(406).with("Accept", package.content_type));
        }
        if request.contact_uri().is_none() {
            return Err(Reply::new(400).with_phrase("Missing Contact"));
        }
        let longest = *limits::SUBSCRIPTION_S.end();
        let expires_s = request
            .number(Name::Expires)
            .unwrap_or(longest)
            .min(longest);
        let shortest = *limits::SUBSCRIPTION_S.start();
        if expires_s != 0 && expires_s < shortest {
            return Err(Reply::new(423).with("Min-Expires", &shortest.to_string()));
        }
        let event_id = param(after_params(event), "id").map(text);
        if event_id
            .as_ref()
            .is_some_and(|id| id.len() > limits::SUBSCRIPTION_EVENT_ID_BYTES)
        {
            return Err(Reply::new(400).with_phrase("Bad Event"));
        }
        Ok(Wanted {
            package,
            event_id,
            expires_s,
        })
    }

    fn subscribe(&mut self, now: Instant, path: Path, request: &Message, wanted: Wanted) {
        if self.subscriptions.len() >= limits::SUBSCRIPTIONS || self.is_full() {
            let reply = self.come_back_later();
            return self.reply(path, request, &reply);
        }
        let (tag, number) = (self.hands.new_tag(), self.sessions.next_id());
        let Some(server) = self.servers.open(request, path, &tag, number) else {
            return;
        };
        let id = SubscriptionId(number.0);
        let Wanted {
            package,
            event_id,
            expires_s,
        } = wanted;
        self.subscriptions.insert(
            id,
            Subscription {
                dialog: Dialog::of_incoming(request, path, &tag),
                package,
                event_id,
                ends_at: now + Duration::from_secs(u64::from(expires_s)),
                asked: Some(server),
                granted_s: expires_s,
                out: None,
                alarm: None,
            },
        );
        let about = Uri::parse(request.request_uri());
        let from = request.from().and_then(|from| Uri::parse(from.uri));
        let user = |uri: Option<Uri<'_>>| uri.map_or(String::new(), |uri| uri.dialled());
        self.hands.tell(Event::Subscribing {
            id,
            wish: Box::new(Subscribing {
                path,
                package,
                about: user(about),
                from_user: user(from),
                user_agent: request.field(Name::UserAgent).map(text),
                credentials: credentials(request),
                is_glance: expires_s == 0,
            }),
        });
    }

    /// Longer, or no longer: both want to hear the state once more (RFC 6665 §4.2.1.2).
    fn resubscribe(
        &mut self,
        now: Instant,
        path: Path,
        request: &Message,
        id: SubscriptionId,
        expires_s: u32,
    ) {
        let Some(known) = self.subscriptions.all.get_mut(&id) else {
            return;
        };
        let sequence = request.cseq().map_or(0, |(sequence, _)| sequence);
        if known.asked.is_some() || !known.dialog.takes_sequence(sequence) {
            let reply = Reply::new(500).with_phrase("Out Of Order");
            return self.reply(path, request, &reply);
        }
        let tag = known.dialog.local_tag.clone();
        let Some(server) = self.servers.open(request, path, &tag, SessionId(id.0)) else {
            return;
        };
        known.dialog.path = path;
        known.dialog.learn_peer(request);
        known.grant(now, expires_s);
        let reply = known.granted();
        self.servers.respond(&mut self.hands, now, server, &reply);
        self.set_subscription_alarm(id);
        self.hands.tell(Event::Resubscribed { id });
    }

    pub(crate) fn notify_outcome(
        &mut self,
        number: SessionId,
        key: ClientKey,
        outcome: Outcome<'_>,
    ) {
        let id = SubscriptionId(number.0);
        let Some(known) = self.subscriptions.all.get_mut(&id) else {
            return;
        };
        if known.out != Some(key) {
            return;
        }
        let is_heard = match outcome {
            Outcome::Response(response) => match response.status() {
                Some(100..=199) => return,
                status => matches!(status, Some(200..=299)),
            },
            Outcome::Timeout | Outcome::TransportFailed => false,
        };
        known.out = None;
        if is_heard {
            self.hands.tell(Event::Notified { id });
        } else {
            // RFC 6665 §4.2.2: whoever does not take it has forgotten it.
            self.drop_subscription(id);
        }
    }

    pub(crate) fn subscription_expired(&mut self, now: Instant, id: SubscriptionId) {
        self.send_last_notify(now, id, "timeout", None);
    }
}

struct Wanted {
    package: Package,
    event_id: Option<String>,
    expires_s: u32,
}

// What the owner wants ---------------------------------------------------------------------------

impl Ua {
    /// Answers [`Event::Subscribing`] with 200. [`Ua::notify`] must follow at once
    /// (RFC 6665 §4.2.1.2).
    pub fn subscribed(&mut self, now: Instant, id: SubscriptionId) {
        let Some(known) = self.subscriptions.all.get_mut(&id) else {
            return;
        };
        let Some(server) = known.asked.take() else {
            return;
        };
        let reply = known.granted();
        self.servers.respond(&mut self.hands, now, server, &reply);
        self.set_subscription_alarm(id);
    }

    /// Answers [`Event::Subscribing`] otherwise; nothing is kept of it.
    pub fn refuse_subscription(&mut self, now: Instant, id: SubscriptionId, answer: &Answer) {
        let asked = self.subscriptions.all.get(&id).and_then(|one| one.asked);
        let Some(server) = asked else {
            return;
        };
        self.servers
            .respond(&mut self.hands, now, server, &answer.reply());
        if !answer.remembered {
            self.servers.forget(&mut self.hands, server);
        }
        self.subscriptions.remove(&mut self.hands, id);
    }

    /// Tells the state. False: the last NOTIFY has no answer yet, and [`Event::Notified`] will say
    /// when there is one. Whoever wanted no more than one look, or leaves, is told for the last
    /// time.
    pub fn notify(&mut self, now: Instant, id: SubscriptionId, body: &[u8]) -> bool {
        let Some(known) = self.subscriptions.all.get(&id) else {
            return false;
        };
        if known.asked.is_some() || known.out.is_some() {
            return false;
        }
        if known.granted_s == 0 {
            self.send_last_notify(now, id, "timeout", Some(body));
            return true;
        }
        let left = known.ends_at.saturating_duration_since(now).as_secs();
        let state = format!("active;expires={left}");
        let key = self.send_notify(now, id, &state, Some(body));
        if let Some(known) = self.subscriptions.all.get_mut(&id) {
            known.out = key;
        }
        true
    }

    /// Nothing more is told; no event follows.
    pub fn end_subscription(&mut self, now: Instant, id: SubscriptionId, why: SubscriptionEnd) {
        let is_asking = |one: &Subscription| one.asked.is_some();
        if self.subscriptions.all.get(&id).is_some_and(is_asking) {
            self.refuse_subscription(now, id, &Answer::new(480));
            return;
        }
        let state = format!("terminated;reason={}", why.word());
        self.send_notify(now, id, &state, None);
        self.subscriptions.remove(&mut self.hands, id);
    }

    /// Subscriptions that are not over.
    #[must_use]
    pub fn subscriptions(&self) -> usize {
        self.subscriptions.len()
    }

    fn send_last_notify(
        &mut self,
        now: Instant,
        id: SubscriptionId,
        reason: &str,
        body: Option<&[u8]>,
    ) {
        let state = format!("terminated;reason={reason}");
        self.send_notify(now, id, &state, body);
        self.drop_subscription(id);
    }

    fn send_notify(
        &mut self,
        now: Instant,
        id: SubscriptionId,
        state: &str,
        body: Option<&[u8]>,
    ) -> Option<ClientKey> {
        let known = self.subscriptions.all.get_mut(&id)?;
        let mut fields = Fields::new();
        let event = match &known.event_id {
            Some(event_id) => format!("{};id={event_id}", known.package.name),
            None => known.package.name.to_owned(),
        };
        fields.add("Event", &event);
        fields.add("Subscription-State", state);
        let body = body.map(|body| (known.package.content_type, body));
        let notify = known
            .dialog
            .next_request(&mut self.hands, Method::Notify, fields, body);
        let number = SessionId(id.0);
        let Desk { hands, clients, .. } = self.desk(now);
        Some(clients.open(hands, now, notify, number, Purpose::Notify))
    }

    fn drop_subscription(&mut self, id: SubscriptionId) {
        if self.subscriptions.remove(&mut self.hands, id) {
            self.hands.tell(Event::SubscriptionEnded { id });
        }
    }

    fn set_subscription_alarm(&mut self, id: SubscriptionId) {
        let Some(known) = self.subscriptions.all.get_mut(&id) else {
            return;
        };
        let timers = &mut self.hands.timers;
        timers.cancel(&mut known.alarm);
        if known.granted_s > 0 {
            let alarm = Alarm::Subscription(id);
            let why = "a subscription may be refreshed";
            known.alarm = Some(timers.set(known.ends_at, alarm, why));
        }
    }
}

impl Subscription {
    fn grant(&mut self, now: Instant, expires_s: u32) {
        self.granted_s = expires_s;
        self.ends_at = now + Duration::from_secs(u64::from(expires_s));
    }

    fn granted(&self) -> Reply {
        Reply::new(200)
            .with("Contact", &self.dialog.contact)
            .with("Expires", &self.granted_s.to_string())
    }
}

impl Subscriptions {
    fn len(&self) -> usize {
        self.all.len()
    }

    fn insert(&mut self, id: SubscriptionId, subscription: Subscription) {
        let tag = subscription.dialog.local_tag.as_bytes().into();
        self.by_tag.insert(tag, id);
        self.all.insert(id, subscription);
    }

    fn find(&self, request: &Message) -> Option<SubscriptionId> {
        let id = *self.by_tag.get(request.callee_tag()?)?;
        let dialog = &self.all.get(&id)?.dialog;
        let remote_tag = request.caller_tag().unwrap_or(b"");
        dialog.is_named(request.call_id(), remote_tag).then_some(id)
    }

    /// Whether it was there.
    fn remove(&mut self, hands: &mut Hands, id: SubscriptionId) -> bool {
        let Some(mut known) = self.all.remove(&id) else {
            return false;
        };
        hands.timers.cancel(&mut known.alarm);
        self.by_tag.remove(known.dialog.local_tag.as_bytes());
        true
    }
}

/// The packages by their names, for Allow-Events.
pub(crate) fn allowed_events(packages: &[Package]) -> String {
    let names: Vec<_> = packages.iter().map(|package| package.name).collect();
    names.join(", ")
}

/// No Accept means what the package writes by default (RFC 6665 §8.2.1 leaves it to the package).
fn accepts(request: &Message, content_type: &str) -> bool {
    let mut kinds = request.values(Name::Accept).peekable();
    let group = content_type.split('/').next().unwrap_or("");
    let any_of_group = format!("{group}/*");
    let wanted = [content_type, &any_of_group, "*/*"];
    kinds.peek().is_none()
        || kinds.any(|kind| {
            let refused = param(after_params(kind), "q").is_some_and(|q| q == b"0");
            !refused
                && wanted
                    .iter()
                    .any(|wanted| is_type(before_params(kind), wanted))
        })
}

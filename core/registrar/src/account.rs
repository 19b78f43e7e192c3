//! The bindings of one account, and what a REGISTER makes of them; knows no other account.

use std::collections::BTreeSet;
use std::time::{Duration, Instant};

use conclave_model::{PhoneId, UnixMillis, limits};
use conclave_sip::{Asked, ConnId, Contact, Contacts, Register, is_same_uri};

use crate::{Binding, BindingEnd, Flow, News, Refusal};

/// In the order in which they were last renewed.
#[derive(Clone, Debug, Default)]
pub(crate) struct Account {
    pub bindings: Vec<Binding>,
}

/// One REGISTER of a proven account.
pub(crate) struct Order<'a> {
    pub phone: PhoneId,
    pub now: Instant,
    pub at: UnixMillis,
    pub asked: &'a Asked,
    pub register: &'a Register,
}

impl Account {
    /// All of it or nothing (RFC 3261 §10.3).
    pub fn apply(&mut self, order: &Order<'_>) -> Result<Vec<News>, Refusal> {
        match &order.register.contacts {
            Contacts::None => Ok(Vec::new()),
            Contacts::All => {
                order.check_all(self.bindings.iter())?;
                Ok(self.end(order.phone, BindingEnd::ByPhone, |_| true))
            }
            Contacts::These(contacts) => {
                let wishes = order.wishes(contacts)?;
                for wish in &wishes {
                    order.check_all(self.bindings.iter().filter(|old| wish.is_about(old)))?;
                }
                let mut news: Vec<News> = Vec::new();
                for wish in wishes {
                    news.extend(self.fulfil(order, wish));
                }
                news.extend(self.make_room(order.phone));
                Ok(news)
            }
        }
    }

    fn fulfil(&mut self, order: &Order<'_>, wish: Wish) -> Option<News> {
        let old = self.bindings.iter().position(|old| wish.is_about(old));
        let old = old.map(|at| self.bindings.remove(at));
        let phone = order.phone;
        if wish.expires_s == 0 {
            let why = BindingEnd::ByPhone;
            return old.map(|binding| News::Ended {
                phone,
                binding,
                why,
            });
        }
        let since = old.as_ref().map_or(order.at, |old| old.since);
        let binding = wish.binding(order, since);
        self.bindings.push(binding.clone());
        Some(match old {
            Some(_) => News::Renewed { phone, binding },
            None => News::Began { phone, binding },
        })
    }

    /// A telephone that comes from a new port after each restart must not lock itself out.
    fn make_room(&mut self, phone: PhoneId) -> Vec<News> {
        let over = self.bindings.len().saturating_sub(limits::PHONE_BINDINGS);
        let why = BindingEnd::MadeRoom;
        let ended = |binding| News::Ended {
            phone,
            binding,
            why,
        };
        self.bindings.drain(..over).map(ended).collect()
    }

    /// Ends those that are `over`.
    pub fn end(
        &mut self,
        phone: PhoneId,
        why: BindingEnd,
        over: impl Fn(&Binding) -> bool,
    ) -> Vec<News> {
        let gone = self.bindings.extract_if(.., |binding| over(binding));
        let ended = |binding| News::Ended {
            phone,
            binding,
            why,
        };
        gone.map(ended).collect()
    }

    /// The stream is gone; who can be reached over another is kept.
    pub fn close(&mut self, phone: PhoneId, conn: ConnId) -> Vec<News> {
        let news = self.end(phone, BindingEnd::StreamClosed, |one| one.ends_with(conn));
        for binding in &mut self.bindings {
            if binding.path.conn == Some(conn) {
                binding.path.conn = None;
            }
        }
        news
    }

    pub fn first_expiry(&self) -> Option<Instant> {
        self.bindings.iter().map(|binding| binding.until).min()
    }

    pub fn conns(&self) -> BTreeSet<ConnId> {
        let conns = self.bindings.iter().map(|binding| binding.path.conn);
        conns.flatten().collect()
    }
}

/// One Contact, understood.
struct Wish {
    contact: String,
    instance: Option<String>,
    flow: Option<Flow>,
    /// 0: it goes.
    expires_s: u32,
}

impl Order<'_> {
    /// Whether this is the next of its Call-ID for all of these.
    fn check_all<'b>(&self, mut old: impl Iterator<Item = &'b Binding>) -> Result<(), Refusal> {
        let call_id = self.call_id();
        let is_late = |old: &Binding| old.call_id == call_id && old.sequence >= self.asked.sequence;
        if old.any(is_late) {
            return Err(Refusal::OutOfOrder);
        }
        Ok(())
    }

    fn wishes(&self, contacts: &[Contact]) -> Result<Vec<Wish>, Refusal> {
        if contacts.len() > limits::PHONE_BINDINGS {
            return Err(Refusal::ManyContacts);
        }
        self.check_paths()?;
        let wishes: Vec<Wish> = contacts
            .iter()
            .map(|contact| self.wish(contact))
            .collect::<Result<_, _>>()?;
        let has_flow = wishes.iter().any(|wish| wish.flow.is_some());
        if has_flow && wishes.iter().filter(|wish| wish.expires_s > 0).count() > 1 {
            return Err(Refusal::ManyFlows);
        }
        let last_path = self.register.paths.last();
        if has_flow && self.asked.has_proxy && !last_path.is_some_and(|path| knows_flows(path)) {
            return Err(Refusal::FirstHopLacksOutbound);
        }
        Ok(wishes)
    }

    fn wish(&self, contact: &Contact) -> Result<Wish, Refusal> {
        let instance = contact.instance.clone();
        let is_long = |text: &String| text.len() > limits::PHONE_INSTANCE_BYTES;
        if !is_plain(&contact.uri) || instance.as_ref().is_some_and(is_long) {
            return Err(Refusal::BadContact);
        }
        let asked_s = contact.expires_s.or(self.register.expires_s);
        let expires_s = asked_s.unwrap_or(limits::PHONE_EXPIRES_DEFAULT_S);
        if expires_s > 0 && expires_s < *limits::PHONE_EXPIRES_S.start() {
            return Err(Refusal::IntervalTooBrief);
        }
        let numbered = instance.clone().zip(contact.reg_id);
        let flow = numbered.map(|(instance, reg_id)| Flow { instance, reg_id });
        Ok(Wish {
            contact: contact.uri.clone(),
            instance,
            // RFC 5626 §6: without the other half it is a binding like any other.
            flow: flow.filter(|_| self.register.supports_outbound),
            expires_s: expires_s.min(*limits::PHONE_EXPIRES_S.end()),
        })
    }

    fn check_paths(&self) -> Result<(), Refusal> {
        let paths = &self.register.paths;
        let fits = |path: &String| {
            path.len() <= limits::SIP_URI_BYTES && path.bytes().all(|byte| byte.is_ascii_graphic())
        };
        if paths.len() > limits::PHONE_PATHS || !paths.iter().all(fits) {
            return Err(Refusal::BadPath);
        }
        Ok(())
    }

    fn call_id(&self) -> String {
        let call_id = self.asked.call_id.chars();
        call_id.take(limits::CALL_ID_CHARS).collect()
    }
}

impl Wish {
    /// RFC 5626 §6 for flows, RFC 3261 §19.1.4 for the rest.
    fn is_about(&self, old: &Binding) -> bool {
        match (&self.flow, &old.flow) {
            (Some(flow), Some(old)) => flow == old,
            (None, None) => is_same_uri(&self.contact, &old.contact),
            (Some(_), None) | (None, Some(_)) => false,
        }
    }

    fn binding(self, order: &Order<'_>, since: UnixMillis) -> Binding {
        let agent = order.asked.user_agent.as_deref();
        let cut = |agent: &str| agent.chars().take(limits::PHONE_AGENT_CHARS).collect();
        Binding {
            contact: self.contact,
            instance: self.instance,
            flow: self.flow,
            route: order.register.paths.clone(),
            path: order.asked.path,
            via_proxy: order.asked.has_proxy,
            call_id: order.call_id(),
            sequence: order.asked.sequence,
            user_agent: agent.map(cut),
            since,
            until: order.now + Duration::from_secs(u64::from(self.expires_s)),
        }
    }
}

/// It can stand between `<` and `>`, and in a log.
fn is_plain(uri: &str) -> bool {
    let fits = |byte: u8| byte.is_ascii_graphic() && byte != b'>';
    uri.bytes().all(fits)
}

/// The parameter `ob` of the URI in a Path (RFC 5626 §5.1).
fn knows_flows(path: &str) -> bool {
    let uri = path.split(['<', '>']).nth(1).unwrap_or(path);
    let mut params = uri.split(';').skip(1);
    params.any(|param| param.trim().eq_ignore_ascii_case("ob"))
}

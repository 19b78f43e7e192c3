//! REGISTER: who proves an account has its bindings kept; the rules of that are the registrar's.

use std::time::Instant;

use conclave_api::{Happening, PhoneBindingView, PhoneGone, PhoneRef, PhoneSeen, UnregisteredWhy};
use conclave_model::{PhoneId, PhoneRecord, limits};
use conclave_registrar::{Binding, BindingEnd, News, granted};
use conclave_sip::{Answer, AskId, Asked, ConnId, Register, Wish};

use crate::Node;
use crate::StoreWrite;
use crate::node::Service;
use crate::proving::Proved;
use crate::stored::Pending;

impl Node {
    pub(crate) fn asked(&mut self, now: Instant, id: AskId, asked: &Asked) {
        let Wish::Register(register) = &asked.wish;
        let answer = if self.service == Service::Open {
            self.registering(now, asked, register)
        } else {
            let seconds = limits::SIP_RETRY_AFTER.as_secs();
            Answer::new(503).with("Retry-After", seconds.to_string())
        };
        self.ua.answer(now, id, &answer);
    }

    fn registering(&mut self, now: Instant, asked: &Asked, register: &Register) -> Answer {
        let id = match self.prove(now, "REGISTER", asked.path.remote.ip(), &asked.credentials) {
            Proved::Phone(id) => id,
            Proved::Disabled(id) => {
                let sentence = format!("Phone {id} is disabled: its registration was refused");
                self.outbox.info(sentence);
                return Answer::new(403).with_phrase("Account Disabled");
            }
            Proved::Nothing { stale } => {
                return Answer::challenging(&self.challenges(now, stale));
            }
        };
        let is_own = |phone: &PhoneRecord| {
            asked.to_user == phone.user.as_str() || asked.to_user == phone.shown_number()
        };
        if !self.phones.get(id).is_some_and(is_own) {
            // RFC 3261 §10.3 step 4: whose bindings these are is in To.
            return Answer::new(403).with_phrase("Not Your Own Account");
        }
        let mut news = Vec::new();
        let done = self.registrar.register(now, id, asked, register, &mut news);
        self.follow_registrar(now, news);
        match done {
            Ok(()) => granted(now, asked, register, self.registrar.bindings(id)),
            Err(refusal) => refusal.answer(),
        }
    }

    /// A stream is gone, and with it who was found by it alone.
    pub(crate) fn unregister_stream(&mut self, now: Instant, conn: ConnId) {
        let news = self.registrar.stream_closed(conn);
        self.follow_registrar(now, news);
    }

    /// What ran out by now.
    pub(crate) fn unregister_late(&mut self, now: Instant) {
        let news = self.registrar.handle_timeout(now);
        self.follow_registrar(now, news);
    }

    /// The account is gone, disabled, or has another password.
    pub(crate) fn unregister_all(&mut self, now: Instant, id: PhoneId) {
        let news = self.registrar.forget(id);
        self.follow_registrar(now, news);
    }

    /// Keeps what changed, and tells of what is new or gone.
    fn follow_registrar(&mut self, now: Instant, news: Vec<News>) {
        let mut changed: Vec<PhoneId> = news.iter().map(News::phone).collect();
        changed.sort_unstable();
        changed.dedup();
        for one in news {
            self.tell_of_binding(now, &one);
        }
        for id in changed {
            let kept = self.registrar.kept(now, id);
            self.store(
                Pending::Registrations(id),
                StoreWrite::PutRegistrations(id, kept),
            );
        }
    }

    fn tell_of_binding(&mut self, now: Instant, news: &News) {
        let Some(phone) = self.phones.get(news.phone()) else {
            return;
        };
        let of = PhoneRef::of(phone);
        let user = phone.user.clone();
        let at = self.config.wall.at(now);
        match news {
            News::Began { binding, .. } => {
                let path = binding.path;
                let way = format!("{} from {}", path.transport.name(), path.remote);
                self.outbox.info(format!("{user} registered over {way}"));
                let seen = PhoneSeen {
                    of,
                    at: binding_view(now, binding),
                };
                self.outbox.publish(at, Happening::PhoneRegistered(seen));
            }
            News::Renewed { .. } => {}
            News::Ended { binding, why, .. } => {
                let remote = binding.path.remote;
                let why = why_gone(*why);
                let words = why.sentence();
                self.outbox.info(format!("{user} at {remote} {words}"));
                let gone = PhoneGone {
                    of,
                    contact: binding.contact.clone(),
                    why,
                };
                self.outbox.publish(at, Happening::PhoneUnregistered(gone));
            }
        }
    }
}

/// As the public sees it.
pub(crate) fn binding_view(now: Instant, binding: &Binding) -> PhoneBindingView {
    PhoneBindingView {
        contact: binding.contact.clone(),
        transport: binding.path.transport.name().to_owned(),
        address: binding.path.remote.to_string(),
        user_agent: binding.user_agent.clone(),
        instance: binding.instance.clone(),
        via_proxy: binding.via_proxy,
        expires_s: binding.left_s(now),
        registered_at: conclave_api::rfc3339(binding.since),
    }
}

fn why_gone(why: BindingEnd) -> UnregisteredWhy {
    match why {
        BindingEnd::ByPhone => UnregisteredWhy::ByPhone,
        BindingEnd::Expired => UnregisteredWhy::Expired,
        BindingEnd::StreamClosed => UnregisteredWhy::StreamClosed,
        BindingEnd::MadeRoom => UnregisteredWhy::MadeRoom,
        BindingEnd::AccountChanged => UnregisteredWhy::AccountChanged,
    }
}

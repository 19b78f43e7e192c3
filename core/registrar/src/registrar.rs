//! The bindings of all accounts: whose runs out next, and whose stream ended; answers nobody.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Instant;

use conclave_model::{PhoneId, RegistrationRecord, WallClock};
use conclave_sip::{Asked, ConnId, Register, Why};

use crate::account::{Account, Order};
use crate::{Binding, BindingEnd, News, Refusal};

/// Holds nothing of who was not proven: ask it only for accounts that are.
#[derive(Debug)]
pub struct Registrar {
    wall: WallClock,
    /// Each has at least one binding.
    accounts: BTreeMap<PhoneId, Account>,
    expiries: BTreeSet<(Instant, PhoneId)>,
    streams: BTreeMap<ConnId, BTreeSet<PhoneId>>,
}

impl Registrar {
    #[must_use]
    pub fn new(wall: WallClock) -> Self {
        Self {
            wall,
            accounts: BTreeMap::new(),
            expiries: BTreeSet::new(),
            streams: BTreeMap::new(),
        }
    }

    /// What was kept from before a restart. Streams ended with that, and what they led to.
    pub fn restore(&mut self, now: Instant, kept: Vec<RegistrationRecord>) {
        let at = self.wall.at(now);
        for record in kept {
            let phone = record.phone;
            if let Some(binding) = Binding::restored(record, now, at) {
                self.with(phone, |account| account.bindings.push(binding));
            }
        }
    }

    /// What a restart has to find again of this account.
    #[must_use]
    pub fn kept(&self, now: Instant, phone: PhoneId) -> Vec<RegistrationRecord> {
        let at = self.wall.at(now);
        let all = self.bindings(phone).iter();
        all.filter_map(|binding| binding.kept(phone, now, at))
            .collect()
    }

    /// Obeys a REGISTER (RFC 3261 §10.3), or changes nothing but what ran out by now.
    ///
    /// # Errors
    /// Why it cannot be obeyed; [`Refusal::answer`] is its answer, and [`crate::granted`] that of
    /// one that was.
    pub fn register(
        &mut self,
        now: Instant,
        phone: PhoneId,
        asked: &Asked,
        register: &Register,
        news: &mut Vec<News>,
    ) -> Result<(), Refusal> {
        news.extend(self.expire(now, phone));
        let order = Order {
            phone,
            now,
            at: self.wall.at(now),
            asked,
            register,
        };
        news.extend(self.with(phone, |account| account.apply(&order))?);
        Ok(())
    }

    /// The account is gone, disabled, or has another password.
    pub fn forget(&mut self, phone: PhoneId) -> Vec<News> {
        let why = BindingEnd::AccountChanged;
        self.with(phone, |account| account.end(phone, why, |_| true))
    }

    pub fn stream_closed(&mut self, conn: ConnId) -> Vec<News> {
        let phones = self.streams.get(&conn).cloned().unwrap_or_default();
        let close = |phone| self.with(phone, |account| account.close(phone, conn));
        phones.into_iter().flat_map(close).collect()
    }

    /// What has run out by `now`.
    pub fn handle_timeout(&mut self, now: Instant) -> Vec<News> {
        let mut news = Vec::new();
        while let Some((at, phone)) = self.expiries.first().copied()
            && at <= now
        {
            news.extend(self.expire(now, phone));
        }
        news
    }

    #[must_use]
    pub fn poll_timeout(&self) -> Option<(Instant, Why)> {
        let (at, _) = self.expiries.first()?;
        Some((*at, "a registration runs out"))
    }

    /// In the order in which they were renewed.
    #[must_use]
    pub fn bindings(&self, phone: PhoneId) -> &[Binding] {
        let account = self.accounts.get(&phone);
        account.map_or(&[], |account| &account.bindings)
    }

    /// Accounts with at least one binding.
    #[must_use]
    pub fn registered(&self) -> usize {
        self.accounts.len()
    }

    fn expire(&mut self, now: Instant, phone: PhoneId) -> Vec<News> {
        self.with(phone, |account| {
            account.end(phone, BindingEnd::Expired, |one| one.until <= now)
        })
    }

    /// One step of one account, which is forgotten when it has nothing left.
    fn with<T>(&mut self, phone: PhoneId, step: impl FnOnce(&mut Account) -> T) -> T {
        let mut account = self.accounts.remove(&phone).unwrap_or_default();
        if let Some(at) = account.first_expiry() {
            self.expiries.remove(&(at, phone));
        }
        for conn in account.conns() {
            if let Some(phones) = self.streams.get_mut(&conn) {
                phones.remove(&phone);
                if phones.is_empty() {
                    self.streams.remove(&conn);
                }
            }
        }
        let result = step(&mut account);
        if let Some(at) = account.first_expiry() {
            self.expiries.insert((at, phone));
            for conn in account.conns() {
                self.streams.entry(conn).or_default().insert(phone);
            }
            self.accounts.insert(phone, account);
        }
        result
    }
}

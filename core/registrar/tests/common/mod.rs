//! REGISTER requests as a telephone of ours may send them, and one account in virtual time.

#![allow(dead_code, reason = "no test uses every tool")]
#![allow(
    clippy::disallowed_methods,
    reason = "one real instant is where virtual time begins"
)]

use std::time::{Duration, Instant};

use conclave_model::{Chance, PhoneId, UnixMillis, WallClock};
use conclave_registrar::{News, Refusal, Registrar};
use conclave_sip::{Asked, ConnId, Contact, Contacts, Path, Register, Transport, Wish};

pub struct Bench {
    pub start: Instant,
    pub now: Instant,
    pub registrar: Registrar,
    pub phone: PhoneId,
}

/// One REGISTER before it is sent.
#[derive(Clone, Debug)]
pub struct Sent {
    pub asked: Asked,
    pub register: Register,
}

impl Bench {
    pub fn new() -> Self {
        let start = Instant::now();
        let mut chance = Chance::from_seed([8; 32]);
        Self {
            start,
            now: start,
            registrar: Registrar::new(wall(start)),
            phone: PhoneId::mint(UnixMillis(0), &mut chance),
        }
    }

    pub fn send(&mut self, sent: &Sent) -> Result<Vec<News>, Refusal> {
        let mut news = Vec::new();
        let (asked, register) = (&sent.asked, &sent.register);
        self.registrar
            .register(self.now, self.phone, asked, register, &mut news)?;
        Ok(news)
    }

    pub fn wait(&mut self, seconds: u64) -> Vec<News> {
        self.now += Duration::from_secs(seconds);
        self.registrar.handle_timeout(self.now)
    }

    /// Everything that is not kept is lost.
    pub fn restart(&mut self) {
        let kept = self.registrar.kept(self.now, self.phone);
        self.registrar = Registrar::new(wall(self.start));
        self.registrar.restore(self.now, kept);
    }

    pub fn contacts(&self) -> Vec<&str> {
        let all = self.registrar.bindings(self.phone).iter();
        all.map(|binding| binding.contact.as_str()).collect()
    }
}

pub fn wall(start: Instant) -> WallClock {
    WallClock {
        mono: start,
        wall: UnixMillis(1_700_000_000_000),
    }
}

pub fn contact(uri: &str, expires_s: Option<u32>) -> Contact {
    Contact {
        uri: uri.to_owned(),
        expires_s,
        instance: None,
        reg_id: None,
    }
}

pub fn flow(uri: &str, instance: &str, reg_id: u32) -> Contact {
    Contact {
        instance: Some(instance.to_owned()),
        reg_id: Some(reg_id),
        ..contact(uri, None)
    }
}

/// Over UDP from one address, unless changed.
pub fn register(call_id: &str, sequence: u32, contacts: Contacts) -> Sent {
    let register = Register {
        contacts,
        expires_s: None,
        paths: Vec::new(),
        supports_path: false,
        supports_outbound: true,
    };
    let path = Path {
        transport: Transport::Udp,
        local: ([192, 0, 2, 1], 5060).into(),
        remote: ([192, 0, 2, 7], 5060).into(),
        conn: None,
    };
    let asked = Asked {
        path,
        to_user: "anna".to_owned(),
        call_id: call_id.to_owned(),
        sequence,
        user_agent: Some("Desk 1".to_owned()),
        credentials: Vec::new(),
        has_proxy: false,
        wish: Wish::Register(register.clone()),
    };
    Sent { asked, register }
}

pub fn one(call_id: &str, sequence: u32, contact: Contact) -> Sent {
    register(call_id, sequence, Contacts::These(vec![contact]))
}

impl Sent {
    pub fn over(mut self, transport: Transport, conn: u64) -> Self {
        self.asked.path.transport = transport;
        self.asked.path.conn = Some(ConnId(conn));
        self
    }
}

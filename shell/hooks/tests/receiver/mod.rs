//! A receiver of webhooks on a real port, which answers as it is told.

#![allow(clippy::unwrap_used, dead_code)] // A test may fail; each test program has its own copy.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use conclave_api::Event;
use conclave_fetch::{Fetcher, Networks, Trust};
use conclave_hooks::{Courier, News, new_secret};
use conclave_model::{Chance, Delivery, NumbersShown, UnixMillis, Webhook, WebhookId};
use conclave_store::Store;
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::mpsc;

pub struct Receiver {
    pub url: String,
    received: mpsc::UnboundedReceiver<Received>,
}

/// A request as it came.
pub struct Received {
    pub head: String,
    pub body: String,
}

/// What is answered.
#[derive(Clone, Copy)]
pub enum Says {
    Status(u16),
    /// Keeps the connection open and says nothing.
    Nothing,
}

impl Receiver {
    /// Answers one request after the other, the last answer for ever.
    pub async fn saying(answers: Vec<Says>) -> Receiver {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/in", listener.local_addr().unwrap());
        let (tell, received) = mpsc::unbounded_channel();
        tokio::spawn(async move {
            let mut count = 0;
            loop {
                let (stream, _) = listener.accept().await.unwrap();
                let says = answers[count.min(answers.len() - 1)];
                count += 1;
                tokio::spawn(converse(stream, says, tell.clone()));
            }
        });
        Receiver { url, received }
    }

    pub async fn next(&mut self) -> Received {
        let patience = Duration::from_secs(30);
        tokio::time::timeout(patience, self.received.recv())
            .await
            .expect("a request in time")
            .unwrap()
    }

    pub fn is_idle(&mut self) -> bool {
        self.received.try_recv().is_err()
    }
}

impl Received {
    pub fn header(&self, name: &str) -> &str {
        let lines = self.head.lines().filter_map(|line| line.split_once(": "));
        let found = lines
            .into_iter()
            .find(|(one, _)| one.eq_ignore_ascii_case(name));
        found.map_or("", |(_, value)| value)
    }

    pub fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap()
    }
}

async fn converse(mut stream: TcpStream, says: Says, tell: mpsc::UnboundedSender<Received>) {
    let mut bytes = Vec::new();
    let (head, body) = loop {
        let mut piece = [0; 4_096];
        let length = stream.read(&mut piece).await.unwrap();
        assert!(length > 0, "a request was cut off");
        bytes.extend_from_slice(&piece[..length]);
        let text = String::from_utf8(bytes.clone()).unwrap();
        let Some((head, body)) = text.split_once("\r\n\r\n") else {
            continue;
        };
        let received = Received {
            head: head.to_owned(),
            body: String::new(),
        };
        if received.header("content-length").parse() == Ok(body.len()) {
            break (head.to_owned(), body.to_owned());
        }
    };
    let _ = tell.send(Received { head, body });
    match says {
        Says::Status(status) => {
            let answer = format!(
                "HTTP/1.1 {status} X\r\nContent-Length: 0\r\nLocation: http://127.0.0.1:1/\r\n\r\n"
            );
            let _ = stream.write_all(answer.as_bytes()).await;
        }
        Says::Nothing => std::future::pending().await,
    }
}

/// The number that was dialled in the call that this tells of.
pub fn dialled(delivery: &Delivery) -> u32 {
    let body: Value = serde_json::from_str(&delivery.body).unwrap();
    body["data"]["dialled"].as_str().unwrap().parse().unwrap()
}

/// A courier with a store and a clock of its own.
pub struct Office {
    pub courier: Courier,
    pub store: Arc<Store>,
    pub told: mpsc::UnboundedReceiver<Event>,
    clock: Arc<AtomicU64>,
    _dir: TempDir,
}

pub async fn office() -> Office {
    let dir = tempfile::tempdir().unwrap();
    let store = Arc::new(Store::open(dir.path()).await.unwrap());
    let clock = Arc::new(AtomicU64::new(1_800_000_000_000));
    let read = Arc::clone(&clock);
    let (tell, told) = mpsc::unbounded_channel();
    let courier = Courier::new(
        Arc::clone(&store),
        Fetcher::new(Networks::Private, Trust::nobody(), Duration::from_secs(20)),
        Chance::from_seed([7; 32]),
        Arc::new(move || UnixMillis(read.load(Ordering::SeqCst))),
        Box::new(move |event| {
            let _ = tell.send(event);
        }),
    );
    Office {
        courier,
        store,
        told,
        clock,
        _dir: dir,
    }
}

impl Office {
    pub fn now(&self) -> u64 {
        self.clock.load(Ordering::SeqCst)
    }

    pub fn set_clock(&self, at: u64) {
        self.clock.store(at, Ordering::SeqCst);
    }

    pub async fn webhook(&self, url: &str, numbers: NumbersShown) -> Webhook {
        let now = UnixMillis(self.now());
        let webhook = self.courier.with_chance(|chance| Webhook {
            id: WebhookId::mint(now, chance),
            url: url.parse().unwrap(),
            note: "Tickets".to_owned(),
            types: vec!["call.started".to_owned()],
            numbers,
            enabled: true,
            disabled_why: None,
            secret: new_secret(chance),
            old_secret: None,
            created_by: "anna".to_owned(),
            created_at: now,
            failing_since: None,
            dropped: 0,
        });
        assert!(self.store.add_webhook(&webhook, 100).await.unwrap());
        self.courier.changed();
        webhook
    }

    /// An event of this type, with a number in it.
    pub async fn happens(&self, type_name: &'static str) {
        self.take(type_name, "801").await;
    }

    /// A call to this number.
    pub async fn happens_to(&self, dialled: &str) {
        self.take("call.started", dialled).await;
    }

    async fn take(&self, type_name: &'static str, dialled: &str) {
        let data = json!({"call": "ca_1", "from_number": "+4917155512", "dialled": dialled});
        let by = json!({"id": "us_1", "name": "Olivia"});
        let json = json!({"id": 1, "time": "2026-11-05T09:30:00.000Z", "by": by,
            "type": type_name, "data": data});
        let news = [News { type_name, json }];
        self.courier.take(&news).await.unwrap();
    }

    /// The webhook as it is kept.
    pub async fn kept(&self, webhook: WebhookId) -> Webhook {
        self.store.webhook(webhook).await.unwrap().unwrap()
    }

    /// What was sent to it and is to be, newest first.
    pub async fn log(&self, webhook: WebhookId) -> Vec<Delivery> {
        let log = self.store.list_deliveries(webhook, None, 100);
        log.await.unwrap()
    }

    /// Lets the clock go on to what is due next, and says how long that took.
    pub async fn go_on(&self) -> Option<Duration> {
        let next = self.store.deliveries_next().await.unwrap();
        let due = next.into_iter().map(|(_, due)| due.0).min()?;
        let waited = due.saturating_sub(self.now());
        self.set_clock(due.max(self.now()));
        Some(Duration::from_millis(waited))
    }
}

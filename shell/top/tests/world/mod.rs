//! A server's views and events as they come over the wire, and a terminal view that hears them.

#![allow(clippy::unwrap_used, dead_code)] // A test may fail; each test program has its own copy.

use std::time::{Duration, Instant};

use conclave_api::{NowView, NumberedEvent, StatusView, rfc3339};
use conclave_model::{UnixMillis, WallClock};
use conclave_top::{Input, KeyCode, KeyEvent, KeyModifiers, Link, Look, Top, Wish, draw};
use ratatui::Terminal;
use ratatui::backend::TestBackend;
use ratatui::buffer::Buffer;
use serde_json::{Value, json};

/// 2026-11-05 09:30:00 UTC.
pub const START: UnixMillis = UnixMillis(1_793_871_000_000);

/// The view, its clock and what it wished for.
pub struct World {
    pub top: Top,
    pub start: Instant,
    pub now: Instant,
    pub wishes: Vec<Wish>,
    next_id: u64,
}

impl World {
    pub fn new() -> Self {
        Self::with_open(None)
    }

    pub fn with_open(open: Option<Value>) -> Self {
        let start = Instant::now();
        let clock = WallClock {
            mono: start,
            wall: START,
        };
        let open = open.map(|view| serde_json::from_value(view).unwrap());
        Self {
            top: Top::new(clock, open),
            start,
            now: start,
            wishes: Vec::new(),
            next_id: 1,
        }
    }

    /// Two rooms with people, one of them with somebody at its door.
    pub fn busy() -> Self {
        let mut world = Self::new();
        world.tell(Input::Link(Link::Live));
        let hands = json!({"hand_raised_at": at(-5), "muted": true, "muted_by": "moderator"});
        let line = json!({"verdict": "poor", "loss_in_percent": 7.5, "loss_out_percent": null,
            "jitter_ms": 31.0});
        let held = json!({"held": true, "quality": line, "volume_db": 6, "codec": "PCMA"});
        let standup = room(
            "801",
            "Standup",
            &[
                person(
                    "anna",
                    Some("Anna Roth"),
                    "214",
                    &json!({"talk_seconds": 251, "role": "moderator", "leader": true}),
                ),
                person("jens", Some("Jens Berg"), "231", &hands),
                person("elke", None, "+491715550889", &held),
            ],
        );
        let mut support = room(
            "812",
            "Support",
            &[person(
                "kim",
                Some("Kim"),
                "240",
                &json!({"muted": true, "muted_by": "self"}),
            )],
        );
        support["waiting"] = json!([caller("kern", "Fr. Kern", "+4989123456")]);
        support["locked"] = true.into();
        let attention = json!([{"kind": "waiting_long", "room": place("812", "Support"),
            "who": {"id": "kern", "name": "Fr. Kern", "number": "+4989123456"},
            "sentence": "Fr. Kern has been at the door for 3 min"}]);
        world.read_with(&[standup, support], &attention);
        world.wishes.clear();
        world.event(
            "participant.speaking_started",
            &talk(
                "801",
                "Standup",
                &person(
                    "anna",
                    Some("Anna Roth"),
                    "214",
                    &json!({"talking": true, "talk_seconds": 251, "role": "moderator",
                        "leader": true}),
                ),
            ),
        );
        world
    }

    pub fn tell(&mut self, input: Input) {
        self.top.handle(self.now, input, &mut self.wishes);
    }

    pub fn read(&mut self, rooms: &[Value]) {
        self.read_with(rooms, &json!([]));
    }

    pub fn read_with(&mut self, rooms: &[Value], attention: &Value) {
        let now = json!({"items": rooms, "attention": attention, "participants": 0,
            "load": "normal"});
        let now: NowView = serde_json::from_value(now).unwrap();
        self.tell(Input::Now(now));
    }

    /// An event that happens now, under the next number.
    pub fn event(&mut self, kind: &str, data: &Value) {
        let id = self.next_id;
        self.next_id += 1;
        self.event_numbered(id, kind, data);
    }

    pub fn event_numbered(&mut self, id: u64, kind: &str, data: &Value) {
        let passed = self.now.duration_since(self.start).as_millis();
        let time = rfc3339(UnixMillis(START.0 + u64::try_from(passed).unwrap()));
        let event = json!({"id": id, "time": time, "type": kind, "data": data});
        let event: NumberedEvent = serde_json::from_value(event).unwrap();
        self.tell(Input::Event(Box::new(event)));
    }

    pub fn status(&mut self, load: &str) {
        self.status_after(load, 11_525);
    }

    /// Of a server that says it has run for so long.
    pub fn status_after(&mut self, load: &str, uptime_seconds: u64) {
        let status = json!({"version": "0.1.0", "started_at": at(-11_525), "uptime_seconds": uptime_seconds,
            "sip": [], "http": [], "rtp_ports": "20000-29999", "rooms": 9, "rooms_live": 2,
            "participants": 4, "calls": 5, "calls_max": 2_000, "load": load});
        let status: StatusView = serde_json::from_value(status).unwrap();
        self.tell(Input::Status(Box::new(status)));
    }

    pub fn press(&mut self, keys: &str) {
        for c in keys.chars() {
            let code = match c {
                '↑' => KeyCode::Up,
                '↓' => KeyCode::Down,
                '←' => KeyCode::Left,
                '→' => KeyCode::Right,
                '⏎' => KeyCode::Enter,
                '⎋' => KeyCode::Esc,
                '⌫' => KeyCode::Backspace,
                c => KeyCode::Char(c),
            };
            self.tell(Input::Key(KeyEvent::new(code, KeyModifiers::NONE)));
        }
    }

    pub fn wait(&mut self, seconds: u64) {
        self.now += Duration::from_secs(seconds);
        self.top.handle_timeout(self.now, &mut self.wishes);
    }

    pub fn buffer(&self, look: Look, columns: u16, rows: u16) -> Buffer {
        let mut terminal = Terminal::new(TestBackend::new(columns, rows)).unwrap();
        terminal
            .draw(|frame| draw(&self.top, look, self.now, frame))
            .unwrap();
        terminal.backend().buffer().clone()
    }

    pub fn screen(&self, columns: u16, rows: u16) -> String {
        text(&self.buffer(Look::Plain, columns, rows))
    }

    pub fn wished(&mut self) -> Vec<Wish> {
        std::mem::take(&mut self.wishes)
    }
}

pub fn text(buffer: &Buffer) -> String {
    let mut text = String::new();
    for y in 0..buffer.area.height {
        let mut line = String::new();
        for x in 0..buffer.area.width {
            line.push_str(buffer[(x, y)].symbol());
        }
        text += line.trim_end();
        text.push('\n');
    }
    text
}

/// So many seconds after the start, or before.
pub fn at(seconds: i64) -> String {
    let ms = i64::try_from(START.0).unwrap() + seconds * 1_000;
    rfc3339(UnixMillis(u64::try_from(ms).unwrap()))
}

pub fn room(extension: &str, title: &str, people: &[Value]) -> Value {
    json!({"room": format!("rm_{extension}"), "title": title, "extension": extension,
        "started_at": at(-1_102), "locked": false, "muted": false, "participants": people, "waiting": []})
}

pub fn person(id: &str, name: Option<&str>, number: &str, more: &Value) -> Value {
    let mut view = json!({"id": id, "call": format!("call_{id}"), "name": name, "number": number,
        "door": "phone", "transport": "udp", "role": "member", "leader": false,
        "joined_at": at(-1_100), "muted": false,
        "muted_by": null, "talking": false, "talk_seconds": 0, "hand_raised_at": null,
        "video": null,
        "volume_db": 0, "held": false, "away": false, "codec": "G722",
        "quality": {"verdict": "good", "loss_in_percent": 0.0, "loss_out_percent": 0.0,
            "jitter_ms": 1.0}});
    for (key, value) in more.as_object().unwrap() {
        view[key] = value.clone();
    }
    view
}

pub fn caller(id: &str, name: &str, number: &str) -> Value {
    json!({"id": id, "call": "c", "name": name, "number": number, "door": "trunk",
        "since": at(-42), "step": "pin", "pins_wrong": 0})
}

pub fn place(extension: &str, title: &str) -> Value {
    json!({"room": format!("rm_{extension}"), "extension": extension, "title": title})
}

pub fn talk(extension: &str, title: &str, person: &Value) -> Value {
    let mut data = place(extension, title);
    data["participant"] = person.clone();
    data
}

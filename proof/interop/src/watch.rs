//! Two ways to follow the server's events: its own command, and a bare connection over TCP.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::path::PathBuf;
use std::process::{Child, Command};
use std::time::Duration;

use serde_json::Value;

/// A running `conclave live watch`, ended when dropped.
pub struct Watch {
    child: Child,
    file: PathBuf,
}

impl Watch {
    pub(crate) fn start(mut command: Command, file: PathBuf) -> Watch {
        let child = command.spawn().expect("the program starts");
        Watch { child, file }
    }

    /// What it has printed so far.
    ///
    /// # Panics
    /// When a whole line is no JSON.
    #[must_use]
    pub fn events(&self) -> Vec<Value> {
        let text = std::fs::read_to_string(&self.file).unwrap_or_default();
        let whole = text.rsplit_once('\n').map_or("", |(whole, _)| whole);
        let read = |line: &str| {
            serde_json::from_str(line).unwrap_or_else(|why| panic!("no JSON ({why}): {line}"))
        };
        whole.lines().map(read).collect()
    }

    /// How many events of this type it has printed.
    #[must_use]
    pub fn count(&self, kind: &str) -> usize {
        let events = self.events();
        events.iter().filter(|event| event["type"] == kind).count()
    }
}

impl Drop for Watch {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// `GET /api/v1/events` over TCP, written by hand.
pub struct EventFeed {
    stream: TcpStream,
    text: String,
}

impl EventFeed {
    /// Asks for the events, after the one named when there is one.
    ///
    /// # Panics
    /// When the server cannot be reached.
    #[must_use]
    pub fn open(port: u16, token: Option<&str>, last_id: Option<u64>) -> EventFeed {
        let mut stream = TcpStream::connect(("127.0.0.1", port)).expect("connected");
        stream
            .set_read_timeout(Some(Duration::from_secs(5)))
            .expect("a time-out");
        let mut request = format!("GET /api/v1/events HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n");
        if let Some(token) = token {
            request.push_str(&format!("Authorization: Bearer {token}\r\n"));
        }
        if let Some(last_id) = last_id {
            request.push_str(&format!("Last-Event-ID: {last_id}\r\n"));
        }
        request.push_str("\r\n");
        stream.write_all(request.as_bytes()).expect("sent");
        EventFeed {
            stream,
            text: String::new(),
        }
    }

    /// Everything received, once `wanted` is in it.
    ///
    /// # Panics
    /// When nothing more comes for 5 s.
    pub fn until(&mut self, wanted: &str) -> &str {
        let mut buffer = [0; 4_096];
        while !self.text.contains(wanted) {
            let length = self.stream.read(&mut buffer).unwrap_or(0);
            assert!(length > 0, "no {wanted:?} in {:?}", self.text);
            let piece = String::from_utf8_lossy(&buffer[..length]);
            self.text.push_str(&piece);
        }
        &self.text
    }

    /// The numbers of the events received so far, in their order.
    #[must_use]
    pub fn ids(&self) -> Vec<u64> {
        let ids = self
            .text
            .lines()
            .filter_map(|line| line.strip_prefix("id: "));
        ids.filter_map(|id| id.trim().parse().ok()).collect()
    }
}

//! What to load a server with, checked before the first packet; places no call.

use std::fmt;
use std::net::SocketAddr;
use std::str::FromStr;
use std::time::Duration;

use conclave_model::{Codec, FieldError};

/// One run.
#[derive(Clone, Debug)]
pub struct Plan {
    /// Where the server takes SIP over UDP. Nothing is sent to any other host.
    pub server: SocketAddr,
    /// Calls go to them in turn.
    pub rooms: Vec<Room>,
    /// In all.
    pub calls: u32,
    pub calls_per_second: u32,
    /// In each room, so many speak all the time.
    pub talkers_per_room: u32,
    /// What the others send.
    pub quiet: Quiet,
    /// The calls of each room take them in turn.
    pub codecs: Vec<Codec>,
    /// From the end of the last PIN to the begin of the measurement.
    pub settle: Duration,
    /// How long is measured.
    pub duration: Duration,
    /// The server's process, when it runs on this machine.
    pub pid: Option<u32>,
}

/// A room to call.
#[derive(Clone, Debug)]
pub struct Room {
    pub extension: String,
    pub pin: Option<Pin>,
}

/// Digits to type, hidden from debug lines.
#[derive(Clone)]
pub struct Pin(String);

/// What a participant sends who does not speak.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Quiet {
    /// An open microphone in a quiet room: noise at -66 dBFS.
    Noise,
    /// No packets at all once the PIN is typed.
    Nothing,
}

impl Plan {
    /// A small run against `server`.
    #[must_use]
    pub fn new(server: SocketAddr, rooms: Vec<Room>) -> Self {
        Self {
            server,
            rooms,
            calls: 10,
            calls_per_second: 20,
            talkers_per_room: 2,
            quiet: Quiet::Noise,
            codecs: vec![Codec::Pcmu],
            settle: Duration::from_secs(5),
            duration: Duration::from_secs(20),
            pid: None,
        }
    }

    /// # Errors
    /// Names the first value that is out of bounds.
    pub fn check(&self) -> Result<(), FieldError> {
        let within = |field, value: u64, least: u64, most: u64| {
            if (least..=most).contains(&value) {
                return Ok(());
            }
            let accepted = format!("{least} to {most}");
            Err(FieldError::new(field, &value.to_string(), accepted))
        };
        within("rooms", self.rooms.len() as u64, 1, ROOMS_MAX)?;
        within("codecs", self.codecs.len() as u64, 1, CODECS_MAX)?;
        within("calls", self.calls.into(), 1, CALLS_MAX)?;
        within(
            "rate",
            self.calls_per_second.into(),
            1,
            CALLS_PER_SECOND_MAX,
        )?;
        within("talkers", self.talkers_per_room.into(), 0, CALLS_MAX)?;
        within("settle", self.settle.as_secs(), 0, SECONDS_MAX)?;
        within("seconds", self.duration.as_secs(), 1, SECONDS_MAX)?;
        if self.server.ip().is_unspecified() || self.server.port() == 0 {
            let accepted = "the address and port of a server";
            return Err(FieldError::new(
                "server",
                &self.server.to_string(),
                accepted,
            ));
        }
        Ok(())
    }

    /// The room of the nth call.
    pub(crate) fn room_of(&self, call: usize) -> usize {
        call % self.rooms.len()
    }

    /// How many came to its room before the nth call.
    pub(crate) fn place_in_room(&self, call: usize) -> usize {
        call / self.rooms.len()
    }

    /// The codec of the nth call.
    pub(crate) fn codec_of(&self, call: usize) -> Codec {
        self.codecs[self.place_in_room(call) % self.codecs.len()]
    }

    /// Whether the nth call's markers are timed: the first listener of each codec in a room.
    pub(crate) fn is_timed(&self, call: usize) -> bool {
        let (room, place) = (self.room_of(call), self.place_in_room(call));
        let codec = |place: usize| self.codecs[place % self.codecs.len()];
        let listens = self.talkers_per_room > 0 && place > 0 && room < TIMED_ROOMS_MAX;
        // Beyond one turn of the list every codec was there before.
        listens && (1..place.min(self.codecs.len() + 1)).all(|before| codec(before) != codec(place))
    }
}

impl Pin {
    pub(crate) fn reveal(&self) -> &str {
        &self.0
    }
}

impl FromStr for Pin {
    type Err = FieldError;

    fn from_str(text: &str) -> Result<Self, FieldError> {
        let typeable = text.bytes().all(|byte| b"0123456789*#".contains(&byte));
        if text.is_empty() || text.len() > 32 || !typeable {
            return Err(FieldError::new(
                "pin",
                "",
                "1 to 32 of the keys 0-9, * and #",
            ));
        }
        Ok(Self(text.to_owned()))
    }
}

impl fmt::Debug for Pin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Pin(••••)")
    }
}

impl FromStr for Room {
    type Err = FieldError;

    /// `801`, or `801:483917` with a PIN.
    fn from_str(text: &str) -> Result<Self, FieldError> {
        let (extension, pin) = match text.split_once(':') {
            Some((extension, pin)) => (extension, Some(pin.parse()?)),
            None => (text, None),
        };
        let dialable = |byte: u8| byte.is_ascii_alphanumeric() || b"+*#-_.".contains(&byte);
        if extension.is_empty() || !extension.bytes().all(dialable) {
            let accepted = "an extension, or an extension and a PIN as 801:483917";
            return Err(FieldError::new("room", extension, accepted));
        }
        Ok(Self {
            extension: extension.to_owned(),
            pin,
        })
    }
}

/// One process holds two descriptors a call at most; the hard limit is often 20 000.
const CALLS_MAX: u64 = 5_000;
const ROOMS_MAX: u64 = 5_000;
/// A pattern longer than this is a typing error.
const CODECS_MAX: u64 = 64;
/// Timing each marker to the millisecond costs this tool more than a call does.
const TIMED_ROOMS_MAX: usize = 64;
/// Above this a single SIP socket of a test tool loses datagrams of its own.
const CALLS_PER_SECOND_MAX: u64 = 500;
/// An hour: a load tool that was forgotten must end.
const SECONDS_MAX: u64 = 3_600;

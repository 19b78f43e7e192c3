//! What to load a server with, checked before the first packet; places no call.

use std::collections::BTreeSet;
use std::fmt;
use std::net::SocketAddr;
use std::str::FromStr;
use std::time::Duration;

use conclave_model::{Codec, FieldError};

use crate::traffic::{Sends, TURNS_MAX};

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
    /// Calls that come and go beside, while is measured.
    pub churn: Option<Churn>,
    /// The server's process, when it runs on this machine.
    pub pid: Option<u32>,
    /// How many legs share one of our sockets; 1 to send each from a port of its own.
    pub legs_per_socket: u32,
    /// In how many batches the packets of each 20 ms are sent.
    pub slots_per_tick: u32,
}

/// Calls that come and go.
#[derive(Clone, Debug)]
pub struct Churn {
    /// They may be those of the plan.
    pub rooms: Vec<Room>,
    pub calls_per_second: u32,
    /// From the answer to the BYE.
    pub hold: Duration,
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
            churn: None,
            pid: None,
            legs_per_socket: LEGS_PER_SOCKET,
            slots_per_tick: SLOTS_PER_TICK,
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
        within("legs per socket", self.legs_per_socket.into(), 1, CALLS_MAX)?;
        within("slots", self.slots_per_tick.into(), 1, 40)?;
        if let Some(churn) = &self.churn {
            let rate = churn.calls_per_second;
            within("churn rate", rate.into(), 1, CALLS_PER_SECOND_MAX)?;
            within("churn rooms", churn.rooms.len() as u64, 1, ROOMS_MAX)?;
            within("churn seconds", churn.hold.as_secs(), 0, 60)?;
        }
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

    pub(crate) fn is_talker(&self, call: usize) -> bool {
        self.place_in_room(call) < self.talkers_per_room as usize
    }

    /// What the nth call sends, and where in the 20 ms if that matters: the talkers of a room take
    /// turns with the marker, and they are not in step, so that delay is measured from everywhere
    /// in the server's tick.
    pub(crate) fn sends(&self, call: usize) -> (Sends, Option<u32>) {
        let place = self.place_in_room(call) as u32;
        let turns = self.talkers_per_room.min(TURNS_MAX);
        if place < turns {
            let shift = self.room_of(call) as u32 * PHASE_PER_ROOM;
            let phase = (place * 1_000 / turns + shift) % 1_000;
            return (Sends::Marked { turn: place }, Some(phase));
        }
        let sends = match self.quiet {
            _ if place < self.talkers_per_room => Sends::Speech,
            Quiet::Noise => Sends::Noise,
            Quiet::Nothing => Sends::Nothing,
        };
        (sends, None)
    }

    /// Of each call whether its markers are timed: some listeners of each codec and room, from the
    /// first to the last that came, as a server may serve them in that order.
    pub(crate) fn timed_calls(&self) -> Vec<bool> {
        let calls = self.calls as usize;
        let mut timed = vec![false; calls];
        if self.talkers_per_room == 0 {
            return timed;
        }
        let codecs: BTreeSet<Codec> = self.codecs.iter().copied().collect();
        let rooms = self.rooms.len().min(TIMED_ROOMS_MAX);
        let wanted = (TIMED_MAX / (rooms * codecs.len())).max(1);
        for room in 0..rooms {
            for codec in &codecs {
                let listeners: Vec<usize> = (room..calls)
                    .step_by(self.rooms.len())
                    .filter(|call| self.codec_of(*call) == *codec && !self.is_talker(*call))
                    .collect();
                let timed_here = wanted.min(listeners.len());
                for nth in 0..timed_here {
                    let last = timed_here.max(2) - 1;
                    timed[listeners[nth * (listeners.len() - 1) / last]] = true;
                }
            }
        }
        timed
    }
}

/// When the nth call is due, from the first. Calls are not in step with any clock of the server,
/// or one run would find all of them at the best moment, and another at the worst.
pub(crate) fn after(call: u64, calls_per_second: u32) -> Duration {
    let golden = (call as f64 * GOLDEN).fract();
    Duration::from_secs_f64((call as f64 + golden) / f64::from(calls_per_second))
}

impl Churn {
    /// About as many are there at a time.
    pub(crate) fn open_calls(&self) -> u32 {
        let seconds = self.hold.as_secs() as u32 + 2;
        self.calls_per_second.saturating_mul(seconds)
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

/// As many as this tool was tried with on two cores beside the server, and some.
const CALLS_MAX: u64 = 5_000;
const ROOMS_MAX: u64 = 5_000;
/// A pattern longer than this is a typing error.
const CODECS_MAX: u64 = 64;
/// Timing each marker to the millisecond costs this tool more than a call does.
const TIMED_ROOMS_MAX: usize = 64;
const TIMED_MAX: usize = 24;
/// The fractions of its multiples fill the space between 0 and 1 most evenly.
const GOLDEN: f64 = 0.618_033_988_749_895;
/// Prime to the slots: rooms' talkers are not in step with those of other rooms.
const PHASE_PER_ROOM: u32 = 137;
/// A burst of 20 ms of them is far from filling the socket's buffer.
pub(crate) const LEGS_PER_SOCKET: u32 = 500;
/// Of 2 ms each: finer ones cost more turns, coarser ones send bursts that no phones send.
pub(crate) const SLOTS_PER_TICK: u32 = 10;
/// Above this a single SIP socket of a test tool loses datagrams of its own.
const CALLS_PER_SECOND_MAX: u64 = 500;
/// An hour: a load tool that was forgotten must end.
const SECONDS_MAX: u64 = 3_600;

//! RTP of many legs from one thread, at an even pace; has never heard of SIP or a room.
//!
//! Made to cost little and to disturb nobody: legs share sockets, packets go out in batches spread
//! over the 20 ms and are read in batches without ever waiting for one, so that whoever sends to us
//! does not pay for waking us. Times are those at which the kernel got a packet.

mod heard;
mod histogram;
mod leg;
mod pace;
mod prints;
mod punctual;
mod sounds;
mod stats;
mod wire;
mod wires;

use std::collections::VecDeque;
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::time::{Duration, Instant};

use conclave_model::{Chance, Codec, limits};

pub use heard::Measured;
pub use histogram::Histogram;
pub use leg::{Counted, Far, LegConfig, TrafficLeg};
use pace::{Pace, Slot};
use punctual::{Due, Punctual};
pub use sounds::Sends;
pub(crate) use sounds::TURNS_MAX;
pub use stats::TrafficStats;
use wire::Batches;
use wires::Wires;

use crate::stamp::address_of;

/// How traffic is made.
#[derive(Clone, Debug)]
pub struct TrafficConfig {
    /// Where our sockets are.
    pub local: IpAddr,
    /// The only host that is sent to and listened to.
    pub remote: IpAddr,
    /// What may occur; their sounds are encoded at the start.
    pub codecs: Vec<Codec>,
    /// How many legs share a socket; told apart by the port their packets come from. With 1 the
    /// other end may use one port for all.
    pub legs_per_socket: usize,
    /// In how many batches each 20 ms are cut, 1 to 40.
    pub slots_per_tick: u32,
    /// How many talkers of a room take turns with the marker, 1 to 8.
    pub marker_turns: u32,
}

/// A leg of a [`Traffic`]; a new one may get the number of one that was removed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct LegIndex(usize);

/// What is worth telling at once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TrafficEvent {
    /// The packet with which a marker begins is due then, within a packet's time from now.
    MarkerSent { leg: LegIndex, at: Instant },
    /// A marker began in what a listening leg received, in a payload with this print.
    MarkerHeard {
        leg: LegIndex,
        at: Instant,
        print: u64,
    },
}

/// The legs, their sockets and their clock.
pub struct Traffic {
    remote: IpAddr,
    pace: Pace,
    tick: u64,
    wires: Wires,
    batches: Batches,
    punctual: Punctual,
    sounds: Vec<sounds::Sounds>,
    legs: Vec<Option<TrafficLeg>>,
    free: Vec<usize>,
    chance: Chance,
    events: Vec<TrafficEvent>,
    gaps: Histogram,
    sent: u64,
    refused: u64,
    strangers: u64,
    /// Those that came last, as they may have been early.
    last_strangers: VecDeque<(usize, u16, Instant)>,
}

// The legs ------------------------------------------------------------------------------------

impl Traffic {
    #[must_use]
    pub fn new(config: &TrafficConfig, chance: Chance) -> Self {
        let slots_per_tick = config.slots_per_tick.clamp(1, pace::SLOTS_PER_TICK_MAX);
        Self {
            remote: config.remote,
            pace: Pace::start(Instant::now(), slots_per_tick),
            tick: 0,
            wires: Wires::new(config.local, slots_per_tick, config.legs_per_socket),
            batches: Batches::new(),
            punctual: Punctual::start(),
            sounds: sounds::Sounds::of(&config.codecs, config.marker_turns),
            legs: Vec::new(),
            free: Vec::new(),
            chance,
            events: Vec::new(),
            gaps: Histogram::new(),
            sent: 0,
            refused: 0,
            strangers: 0,
            last_strangers: VecDeque::with_capacity(STRANGERS_KEPT),
        }
    }

    /// A new leg with an address of ours; it neither sends nor hears until [`Self::begin`].
    ///
    /// # Errors
    /// When no socket could be opened.
    pub fn add(&mut self, config: &LegConfig) -> io::Result<LegIndex> {
        let index = self.free.pop().unwrap_or(self.legs.len());
        let place = match self.wires.take_place(index, config.phase) {
            Ok(place) => place,
            Err(error) => {
                if index < self.legs.len() {
                    self.free.push(index);
                }
                return Err(error);
            }
        };
        let leg = TrafficLeg::new(config, place, &mut self.chance);
        if index == self.legs.len() {
            self.legs.push(Some(leg));
        } else {
            self.legs[index] = Some(leg);
        }
        Ok(LegIndex(index))
    }

    /// Where it receives.
    #[must_use]
    pub fn local(&self, leg: LegIndex) -> Option<SocketAddr> {
        let leg = self.leg(leg)?;
        Some(self.wires.all[leg.place.wire].local)
    }

    /// The other end is known: begin to send and to hear. Nothing happens when it is not on the
    /// host that was agreed.
    pub fn begin(&mut self, leg: LegIndex, far: &Far) {
        let Some(own) = self.legs.get_mut(leg.0).and_then(Option::as_mut) else {
            return;
        };
        if far.address.ip() != self.remote {
            return;
        }
        let wire = &mut self.wires.all[own.place.wire];
        if let Some(before) = own.end() {
            wire.disconnect(before, leg.0);
        }
        own.begin(far);
        wire.connect(far.address.port(), leg.0);
        let source = (own.place.wire, far.address.port());
        let mut strangers = self.last_strangers.iter();
        // A port that served another call a moment ago is not given out again at once.
        let early = strangers
            .find(|(wire, port, at)| (*wire, *port) == source && at.elapsed() < EARLY_BELIEVED);
        if let Some((_, _, at)) = early {
            own.heard.came_early(*at);
        }
    }

    /// It sends and hears nothing any more; what it has counted stays.
    pub fn end(&mut self, leg: LegIndex) {
        if let Some(own) = self.legs.get_mut(leg.0).and_then(Option::as_mut)
            && let Some(port) = own.end()
        {
            self.wires.all[own.place.wire].disconnect(port, leg.0);
        }
    }

    /// Its account is closed and its place is free.
    pub fn remove(&mut self, leg: LegIndex) {
        self.end(leg);
        if let Some(own) = self.legs.get_mut(leg.0).and_then(Option::take) {
            self.wires.give_back(leg.0, own.place);
            self.free.push(leg.0);
        }
    }

    #[must_use]
    pub fn leg(&self, leg: LegIndex) -> Option<&TrafficLeg> {
        self.legs.get(leg.0)?.as_ref()
    }

    /// Decode what this leg receives and tell of markers: about 3 µs of G.711 or 30 µs of Opus for
    /// each packet.
    pub fn listen(&mut self, leg: LegIndex) {
        self.on_leg(leg, TrafficLeg::listen);
    }

    pub fn stop_listening(&mut self, leg: LegIndex) {
        self.on_leg(leg, TrafficLeg::stop_listening);
    }

    /// Lets [`TrafficLeg::has_received`] answer.
    pub fn remember_prints(&mut self, leg: LegIndex) {
        self.on_leg(leg, TrafficLeg::remember_prints);
    }

    pub fn forget_prints(&mut self, leg: LegIndex) {
        self.on_leg(leg, TrafficLeg::forget_prints);
    }

    fn on_leg(&mut self, leg: LegIndex, act: impl FnOnce(&mut TrafficLeg)) {
        if let Some(leg) = self.legs.get_mut(leg.0).and_then(Option::as_mut) {
            act(leg);
        }
    }
}

// The clock -----------------------------------------------------------------------------------

impl Traffic {
    /// Sends and receives until `deadline`.
    pub fn run_until(&mut self, deadline: Instant) {
        while self.pace.due() < deadline {
            self.run_slot();
        }
    }

    /// Waits for the next slot, then does its work.
    pub fn run_slot(&mut self) {
        self.wait();
        self.exchange();
    }

    /// Until the next slot is due.
    pub fn wait(&self) {
        let until = self.pace.due().saturating_duration_since(Instant::now());
        if !until.is_zero() {
            std::thread::sleep(until);
        }
    }

    /// Sends what is due, then reads what has arrived at the sockets whose turn it is: at each
    /// once in 20 ms.
    pub fn exchange(&mut self) {
        while let Some(slot) = self.pace.take(Instant::now()) {
            self.tick = slot.tick;
            self.send(slot);
            self.receive(slot);
        }
    }

    /// What happened since the last time.
    pub fn drain_events(&mut self) -> impl Iterator<Item = TrafficEvent> + '_ {
        self.events.drain(..)
    }

    fn send(&mut self, slot: Slot) {
        for wire in &self.wires.all {
            for index in &wire.phases[slot.phase] {
                let Some(leg) = &mut self.legs[*index] else {
                    continue;
                };
                let datagram = self.batches.next_packet();
                let Some(packet) = leg.write(slot.tick, &self.sounds, datagram) else {
                    continue;
                };
                self.sent += 1;
                if leg.speaks() {
                    let at = slot.due + AHEAD;
                    if packet.is_marked {
                        let leg = LegIndex(*index);
                        self.events.push(TrafficEvent::MarkerSent { leg, at });
                    }
                    if let Some(to) = address_of(&packet.to) {
                        let socket = Arc::clone(&wire.rtp);
                        let packet = datagram[..packet.bytes].to_vec();
                        let due = Due {
                            at,
                            socket,
                            to,
                            packet,
                        };
                        self.punctual.post(due);
                    }
                    continue;
                }
                self.batches.push(packet.bytes, packet.to);
                if self.batches.is_full() {
                    self.refused += self.batches.flush(&wire.rtp);
                }
            }
            self.refused += self.batches.flush(&wire.rtp);
        }
    }

    fn receive(&mut self, slot: Slot) {
        let phases = self.wires.all.first().map_or(1, |wire| wire.phases.len());
        let turn = self.wires.all.iter().enumerate().skip(slot.phase);
        for (number, wire) in turn.step_by(phases) {
            self.batches.drain(&wire.rtp, |at, from, datagram| {
                let index = wire.leg_of(from.port());
                let index = index.filter(|_| from.ip() == self.remote);
                let Some(index) = index else {
                    self.strangers += 1;
                    if self.last_strangers.len() == STRANGERS_KEPT {
                        self.last_strangers.pop_front();
                    }
                    self.last_strangers.push_back((number, from.port(), at));
                    return;
                };
                let leg = self.legs[index].as_mut();
                let heard = leg.and_then(|leg| leg.read(at, datagram, &mut self.gaps));
                if let Some((at, print)) = heard {
                    let leg = LegIndex(index);
                    self.events
                        .push(TrafficEvent::MarkerHeard { leg, at, print });
                }
            });
            self.batches.drain(&wire.rtcp, |_, from, datagram| {
                let index = wire.leg_of(from.port().wrapping_sub(1));
                let index = index.filter(|_| from.ip() == self.remote);
                if let Some(leg) = index.and_then(|index| self.legs[index].as_mut()) {
                    leg.read_control(datagram);
                }
            });
        }
    }
}

// The measurement -----------------------------------------------------------------------------

impl Traffic {
    /// Everything counts from now on.
    pub fn begin_measuring(&mut self) {
        let now = Instant::now();
        for leg in self.legs.iter_mut().flatten() {
            leg.heard.begin_measuring(now);
        }
        self.gaps.clear();
        self.pace.begin_measuring();
        self.punctual.begin_measuring();
        (self.sent, self.refused, self.strangers) = (0, 0, 0);
    }
}

/// Who speaks is written so long before: what the tool's own thread may be late.
const AHEAD: Duration = Duration::from_millis(limits::FRAME_MS as u64);
const STRANGERS_KEPT: usize = 1_024;
const EARLY_BELIEVED: Duration = Duration::from_millis(100);

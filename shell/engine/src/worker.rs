//! One thread: sockets in, deck, sockets out, every 20 ms; knows neither commands nor calls.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use conclave_media::Deck;
use conclave_model::{LegId, Moment, limits};
use rtrb::{Consumer, Producer};

use crate::arrivals::Arrivals;
use crate::clock::TickClock;
use crate::foresight;
use crate::health::Gauges;
use crate::packet_io::PacketIo;
use crate::ring::{FromWorker, ToWorker};
use crate::urgency::Urgency;

pub(crate) type Wake = Arc<dyn Fn() + Send + Sync>;

/// Everything that a worker thread owns.
pub(crate) struct Worker<Io> {
    pub deck: Deck,
    pub io: Io,
    /// Whose packets are received first in a tick; with room for every leg, empty between ticks.
    pub first: Vec<LegId>,
    pub orders: Consumer<ToWorker>,
    pub reports: Producer<FromWorker>,
    pub gauges: Arc<Gauges>,
    pub stop: Arc<AtomicBool>,
    pub wake: Wake,
    pub urgency: Urgency,
    /// When the time of all decks began.
    pub epoch: Instant,
}

impl<Io: PacketIo> Worker<Io> {
    /// Ticks until it is told to stop, in step with all workers that began at the same moment.
    pub fn run(mut self) {
        let mut clock = TickClock::start(self.epoch);
        self.deck.set_foresight(foresight::fetch);
        while !self.stop.load(Ordering::Relaxed) {
            let start = clock.wait();
            self.gauges.tick_began(start.late, start.skipped);
            let waited = self.tick(start.now);
            let health = self.deck.health();
            let busy = start.now.elapsed().saturating_sub(waited);
            self.gauges.tick_ended(busy, &health, self.io.health());
            self.urgency.tick(busy);
            self.gauges.urgency(self.urgency.is_real_time());
        }
    }

    /// Says how long it waited for other workers.
    fn tick(&mut self, began: Instant) -> Duration {
        let arrivals = Arrivals::of_tick(began, self.epoch);
        let now = arrivals.now;
        self.hear_first(arrivals);
        self.obey(now);
        let deck = &mut self.deck;
        self.io
            .receive(arrivals, &mut |at, leg, port, from, packet| {
                deck.receive(at, leg, port, from, packet);
            });
        deck.hear(now);
        deck.speak_alone(now, &mut self.io);
        let waited = self.wait_for_neighbours(began);
        self.deck.speak_linked(now, &mut self.io);
        self.io.flush();
        if self.report() {
            (self.wake)();
        }
        waited
    }

    /// What neighbours wait for: a few packets, and on its way before orders that may be many are
    /// obeyed and the packets of all are received.
    fn hear_first(&mut self, arrivals: Arrivals) {
        let deck = &mut self.deck;
        deck.first_to_hear(&mut self.first);
        for leg in self.first.drain(..) {
            self.io
                .receive_first(arrivals, leg, &mut |at, leg, port, from, packet| {
                    deck.receive(at, leg, port, from, packet);
                });
        }
        deck.hear_first(arrivals.now);
    }

    /// Sleeps until what the neighbours heard in this tick is there, but not for long: a worker
    /// that is held up must not hold up others.
    fn wait_for_neighbours(&mut self, tick_began: Instant) -> Duration {
        let began = Instant::now();
        if !self.deck.awaits_neighbours() {
            return Duration::ZERO;
        }
        self.io.flush();
        while tick_began.elapsed() < NEIGHBOUR_PATIENCE && self.deck.awaits_neighbours() {
            std::thread::sleep(NEIGHBOUR_NAP);
        }
        began.elapsed()
    }

    fn obey(&mut self, now: Moment) {
        let mut opened = 0;
        while opened < limits::OPENS_PER_TICK
            && let Ok(order) = self.orders.pop()
        {
            match order {
                ToWorker::Order(order) => {
                    opened += usize::from(order.adds_leg());
                    self.deck.obey(now, order);
                }
                ToWorker::Sockets(leg, sockets) => {
                    // Without sockets the deck has no room either, and says so.
                    let _ = self.io.add(leg, sockets);
                }
                ToWorker::Expect(leg, peer) => self.io.expect(leg, peer),
            }
        }
    }

    /// Passes on what fits; the rest waits in the deck. True when there is news for the brain.
    fn report(&mut self) -> bool {
        let mut reported = false;
        loop {
            if self.reports.is_full() {
                self.gauges.ring_was_full();
                return true;
            }
            let report = if let Some(retired) = self.deck.poll_retired() {
                let leg = retired.leg();
                let sockets = leg.and_then(|leg| self.io.remove(leg));
                FromWorker::Retired(retired, sockets)
            } else if let Some(event) = self.deck.poll_event() {
                FromWorker::Event(event)
            } else if let Some(wish) = self.deck.poll_wish() {
                FromWorker::Wish(wish)
            } else {
                return reported;
            };
            // Cannot fail: there was room, and nobody else pushes.
            let _ = self.reports.push(report);
            reported = true;
        }
    }
}

/// From the beginning of the tick: time enough for another worker to receive and hear a thousand
/// legs, and enough is left to send to as many.
const NEIGHBOUR_PATIENCE: Duration = Duration::from_millis(6);
const NEIGHBOUR_NAP: Duration = Duration::from_micros(500);

#[cfg(test)]
mod tests {
    use std::net::{IpAddr, Ipv4Addr, SocketAddr};

    use conclave_contract::{Clip, Command, Direction, LegSpec, MediaFormat};
    use conclave_media::{DeckConfig, Music, Order, Preparer, SoundLibrary};
    use conclave_model::{Codec, Language, PlaylistName, Prompt};
    use rtrb::RingBuffer;

    use super::*;
    use crate::plain_io::PlainIo;

    struct Silence;

    impl SoundLibrary for Silence {
        fn prompt(&self, _: Prompt, _: Language) -> Option<Clip> {
            None
        }

        fn playlist(&self, _: &PlaylistName) -> Option<Arc<Music>> {
            None
        }
    }

    #[test]
    fn of_a_crowd_that_dials_in_at_once_so_many_are_taken_in_each_tick_and_nobody_is_lost() {
        const LEGS: usize = 2 * limits::OPENS_PER_TICK + 5;
        let (mut orders, orders_in) = RingBuffer::new(2 * LEGS);
        let (reports_out, _reports) = RingBuffer::new(LEGS);
        let config = DeckConfig {
            legs_max: LEGS,
            stages_max: 1,
        };
        let mut worker = Worker {
            deck: Deck::new(config),
            io: PlainIo::new(LEGS),
            first: Vec::with_capacity(LEGS),
            orders: orders_in,
            reports: reports_out,
            gauges: Arc::default(),
            stop: Arc::default(),
            wake: Arc::new(|| {}),
            urgency: Urgency::ordinary(),
            epoch: Instant::now(),
        };
        for number in 0..LEGS {
            let leg = LegId(u32::try_from(number).unwrap());
            orders.push(ToWorker::Order(open(leg))).unwrap();
            let close = ToWorker::Order(Order::CloseLeg { leg });
            if number == 0 {
                orders.push(close).unwrap();
            }
        }
        let mut opened = Vec::new();
        for _ in 0..3 {
            worker.obey(Moment::EPOCH);
            opened.push(worker.deck.health().legs as usize);
        }
        // The first was closed in between, which costs next to nothing.
        let each = limits::OPENS_PER_TICK;
        assert_eq!(opened, [each - 1, 2 * each - 1, LEGS - 1]);
    }

    fn open(leg: LegId) -> Order {
        let format = MediaFormat {
            payload_type: 0,
            codec: Codec::Pcmu,
        };
        let spec = LegSpec {
            remote: None,
            remote_rtcp: None,
            rtcp_mux: false,
            send: format,
            receive: vec![format],
            keypad: Vec::new(),
            direction: Direction::SendRecv,
            ptime_ms: limits::FRAME_MS,
            ptime_max_ms: None,
            opus_fec: false,
            opus_bitrate_max: None,
            opus_stereo: false,
            audio_level: None,
            protection: None,
            handshakes: Default::default(),
            is_checked: false,
            ssrc: 1,
            first_sequence: 1,
            first_timestamp: 1,
        };
        let command = Command::OpenLeg {
            leg,
            near: None,
            reached_at: None,
            spec: Box::new(spec),
        };
        let local = SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), 4_000);
        Preparer::new(Arc::new(Silence), 1).prepare(command, local)
    }
}

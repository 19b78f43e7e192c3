//! The control side's end of one worker: its rings, its thread, its figures; routes nothing.

use std::collections::VecDeque;
use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::JoinHandle;
use std::time::Instant;

use conclave_media::{Deck, DeckConfig};
use rtrb::{Consumer, Producer, RingBuffer};

use crate::WorkerHealth;
use crate::config::EngineConfig;
use crate::health::Gauges;
use crate::plain_io::PlainIo;
use crate::ring::{FromWorker, ORDERS, REPORTS, ToWorker};
use crate::urgency::Urgency;
use crate::worker::{Wake, Worker};

/// The ends of both rings that are on the control side.
pub(crate) struct WorkerHandle {
    orders: Producer<ToWorker>,
    /// Orders for which the ring had no room.
    held: VecDeque<ToWorker>,
    reports: Consumer<FromWorker>,
    gauges: Arc<Gauges>,
    stop: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

impl WorkerHandle {
    /// Starts worker `number`; all are told the same moment to begin at.
    pub fn start(
        number: usize,
        epoch: Instant,
        config: &EngineConfig,
        wake: Wake,
    ) -> io::Result<Self> {
        let (orders, orders_in) = RingBuffer::new(ORDERS);
        let (reports_out, reports) = RingBuffer::new(REPORTS);
        let gauges = Arc::new(Gauges::default());
        let stop = Arc::new(AtomicBool::new(false));
        let (legs_max, real_time) = (config.legs_max, config.real_time);
        let (gauges_there, stop_there) = (Arc::clone(&gauges), Arc::clone(&stop));
        // Made on its own thread: what it hands to the kernel holds pointers that may not travel.
        let run = move || {
            let worker = Worker {
                deck: Deck::new(DeckConfig {
                    legs_max,
                    stages_max: legs_max,
                }),
                io: PlainIo::new(legs_max),
                first: Vec::with_capacity(legs_max),
                orders: orders_in,
                reports: reports_out,
                gauges: gauges_there,
                stop: stop_there,
                wake,
                urgency: if real_time {
                    Urgency::claim()
                } else {
                    Urgency::ordinary()
                },
                epoch,
            };
            conclave_media::warm_up();
            worker.run();
        };
        let thread = std::thread::Builder::new()
            .name(format!("media-{number}"))
            .spawn(run)?;
        Ok(Self {
            orders,
            held: VecDeque::new(),
            reports,
            gauges,
            stop,
            thread: Some(thread),
        })
    }

    /// False when the ring is full and the order waits here.
    pub fn send(&mut self, order: ToWorker) -> bool {
        self.held.push_back(order);
        self.send_held();
        self.held.is_empty()
    }

    pub fn next_report(&mut self) -> Option<FromWorker> {
        self.send_held();
        self.reports.pop().ok()
    }

    pub fn health(&self) -> WorkerHealth {
        self.gauges.read()
    }

    pub fn ask_to_stop(&self) {
        self.stop.store(true, Ordering::Relaxed);
    }

    /// Waits for its last tick.
    pub fn join(&mut self) {
        if let Some(thread) = self.thread.take()
            && thread.join().is_err()
        {
            tracing::error!("a media worker had panicked");
        }
    }

    fn send_held(&mut self) {
        while let Some(order) = self.held.pop_front() {
            if let Err(rtrb::PushError::Full(order)) = self.orders.push(order) {
                self.held.push_front(order);
                return;
            }
        }
    }
}

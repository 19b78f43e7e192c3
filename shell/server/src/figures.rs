//! What the program tells the web face of itself: facts, readiness and figures.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use conclave_engine::{EngineHealth, LATENESS_STEPS_MS, WorkerHealth};
use conclave_web::{Histogram, Host, HostFacts, Metric, MetricValue, Sample};

/// The engine's health as the brain last saw it, at most half a second old.
#[derive(Clone, Default)]
pub struct Board(Arc<Mutex<Reading>>);

#[derive(Default)]
struct Reading {
    engine: EngineHealth,
    sip: conclave_sip::Counters,
    not_ready: Option<String>,
}

impl Board {
    pub fn write(&self, engine: EngineHealth, sip: conclave_sip::Counters) {
        let mut reading = self.reading();
        (reading.engine, reading.sip) = (engine, sip);
    }

    /// From now on no call is taken, for this reason.
    pub fn close(&self, why: &str) {
        self.reading().not_ready = Some(why.to_owned());
    }

    fn reading(&self) -> std::sync::MutexGuard<'_, Reading> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The program as the web face sees it.
pub struct Program {
    pub facts: HostFacts,
    pub board: Board,
    pub net: Arc<conclave_net::Counters>,
}

impl Host for Program {
    fn facts(&self) -> HostFacts {
        self.facts.clone()
    }

    fn not_ready(&self) -> Option<String> {
        self.board.reading().not_ready.clone()
    }

    fn metrics(&self) -> Vec<Metric> {
        let mut metrics = {
            let reading = self.board.reading();
            let mut metrics = media(&reading.engine);
            metrics.extend(signalling(&reading.sip));
            metrics
        };
        metrics.extend(network(&self.net));
        metrics
    }
}

fn media(engine: &EngineHealth) -> Vec<Metric> {
    let sum = |of: fn(&WorkerHealth) -> u64| engine.workers.iter().map(of).sum();
    let counters = COUNTERS.map(|(name, help, of)| Metric::counter(name, help, sum(of)));
    let busy = engine
        .workers
        .iter()
        .map(|worker| worker.busy.as_secs_f64())
        .sum();
    let own = [
        Metric::gauge(
            "conclave_legs",
            "Legs that are open.",
            sum(|it| it.deck.legs),
        ),
        Metric::gauge(
            "conclave_stages",
            "Stages that are open; one that several workers share counts on each.",
            sum(|it| it.deck.stages),
        ),
        Metric::gauge(
            "conclave_stage_links",
            "Neighbours of stages that several workers share.",
            sum(|it| it.deck.links),
        ),
        Metric::gauge(
            "conclave_rtp_port_pairs_free",
            "Ports not in use.",
            engine.ports_free,
        ),
        Metric {
            name: "conclave_rtp_packets_total",
            help: "RTP and RTCP packets.",
            value: MetricValue::Counter(vec![
                Sample::labelled("direction", "in", sum(|it| it.deck.packets_received)),
                Sample::labelled("direction", "out", sum(|it| it.deck.packets_sent)),
                Sample::labelled("direction", "refused", sum(|it| it.deck.packets_refused)),
            ]),
        },
        Metric {
            name: "conclave_mix_tick_late_seconds",
            help: "By how much ticks began late; the sum is not kept.",
            value: MetricValue::Histogram(lateness(engine)),
        },
        Metric {
            name: "conclave_media_busy_seconds_total",
            help: "Time the media workers spent working.",
            value: MetricValue::Counter(vec![Sample {
                labels: Vec::new(),
                value: busy,
            }]),
        },
    ];
    counters.into_iter().chain(own).collect()
}

fn lateness(engine: &EngineHealth) -> Histogram {
    let mut lateness = Histogram {
        buckets: LATENESS_STEPS_MS
            .iter()
            .map(|step| (*step as f64 / 1_000.0, 0))
            .collect(),
        above: 0,
        sum: 0.0,
    };
    for worker in &engine.workers {
        for (step, count) in worker.lateness.iter().enumerate() {
            match lateness.buckets.get_mut(step) {
                Some(bucket) => bucket.1 += count,
                None => lateness.above += count,
            }
        }
    }
    lateness
}

fn signalling(sip: &conclave_sip::Counters) -> Vec<Metric> {
    let by = |name, count| Sample::labelled("kind", name, count);
    let refused = sip.refused.iter();
    let refused =
        refused.map(|(status, count)| Sample::labelled("status", status.to_string(), *count));
    vec![
        Metric {
            name: "conclave_sip_messages_total",
            help: "SIP messages that came and went.",
            value: MetricValue::Counter(vec![
                by("requests_in", sip.requests_in),
                by("responses_in", sip.responses_in),
                by("requests_out", sip.requests_out),
                by("responses_out", sip.responses_out),
                by("repeated_in", sip.retransmissions_in),
                by("repeated_out", sip.retransmissions_out),
            ]),
        },
        Metric {
            name: "conclave_sip_bad_total",
            help: "What came and was no message, malformed, or for nobody.",
            value: MetricValue::Counter(vec![
                by("garbage", sip.garbage_in),
                by("malformed", sip.malformed_in),
                by("stray", sip.strays_in),
                by("stream_broken", sip.streams_broken),
                by("timeout", sip.timeouts),
            ]),
        },
        Metric {
            name: "conclave_sip_refused_total",
            help: "Requests refused, by status.",
            value: MetricValue::Counter(refused.collect()),
        },
    ]
}

fn network(net: &conclave_net::Counters) -> Vec<Metric> {
    let lost = [
        (
            "conclave_sip_datagrams_dropped_total",
            "Datagrams too many.",
            &net.datagrams_dropped,
        ),
        (
            "conclave_sip_sends_failed_total",
            "Messages that could not be sent.",
            &net.sends_failed,
        ),
        (
            "conclave_sip_streams_refused_total",
            "Connections too many.",
            &net.streams_refused,
        ),
        (
            "conclave_sip_streams_stalled_total",
            "Peers that did not read.",
            &net.streams_stalled,
        ),
    ];
    let metric = |(name, help, count): (_, _, &AtomicU64)| {
        Metric::counter(name, help, count.load(Ordering::Relaxed))
    };
    lost.into_iter().map(metric).collect()
}

/// Name, help and where each counter of the workers is found.
type Counter = (&'static str, &'static str, fn(&WorkerHealth) -> u64);

const COUNTERS: [Counter; 10] = [
    (
        "conclave_frames_decoded_total",
        "Frames decoded or concealed.",
        |it| it.deck.frames_decoded,
    ),
    (
        "conclave_frames_skipped_total",
        "Frames nobody could hear.",
        |it| it.deck.frames_skipped,
    ),
    ("conclave_encodes_total", "Packets encoded.", |it| {
        it.deck.encodes
    }),
    (
        "conclave_encodes_shared_total",
        "Packets encoded for another leg.",
        |it| it.deck.encodes_shared,
    ),
    ("conclave_mixes_total", "Mixes made.", |it| it.deck.mixes),
    (
        "conclave_mix_ticks_skipped_total",
        "Ticks never made up for.",
        |it| it.skipped,
    ),
    (
        "conclave_stages_failed_total",
        "Stages lost to a panic.",
        |it| it.deck.stages_failed,
    ),
    (
        "conclave_frames_imported_total",
        "Frames of talkers that one worker gave another.",
        |it| it.deck.frames_imported,
    ),
    (
        "conclave_exports_late_total",
        "Ticks of one worker that reached another too late for the same tick.",
        |it| it.deck.exports_late,
    ),
    (
        "conclave_exports_missing_total",
        "Ticks in which one worker had nothing from another that should have sent.",
        |it| it.deck.exports_missing,
    ),
];

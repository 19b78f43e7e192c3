//! The figures of the media workers as `/metrics` shows them; counts nothing itself.

use conclave_engine::{EngineHealth, LATENESS_STEPS_MS, WorkerHealth};
use conclave_web::{Histogram, Metric, MetricValue, Sample};

pub fn media(engine: &EngineHealth) -> Vec<Metric> {
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

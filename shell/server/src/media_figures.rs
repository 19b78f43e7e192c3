//! The figures of the media workers as `/metrics` shows them; counts nothing itself.

use std::time::Duration;

use conclave_engine::{
    BATCH_STEPS, DURATION_STEPS_US, EngineHealth, LATENESS_STEPS_MS, WorkerHealth,
};
use conclave_web::{Histogram, Metric, MetricValue, Sample};

use crate::load::worker_ticks;

pub fn media(engine: &EngineHealth) -> Vec<Metric> {
    let sum = |of: fn(&WorkerHealth) -> u64| engine.workers.iter().map(of).sum();
    let counters = COUNTERS.map(|(name, help, of)| Metric::counter(name, help, sum(of)));
    let own = [
        Metric::gauge(
            "conclave_rtp_port_pairs_free",
            "Ports not in use.",
            engine.ports_free,
        ),
        Metric::gauge(
            "conclave_media_real_time_workers",
            "Media workers that run before the threads of other programs.",
            sum(|it| u64::from(it.is_real_time)),
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
            name: "conclave_rtp_system_calls_total",
            help: "System calls that asked for packets or sent some.",
            value: MetricValue::Counter(vec![
                Sample::labelled("direction", "in", sum(|it| it.io.receive_calls)),
                Sample::labelled("direction", "out", sum(|it| it.io.send_calls)),
            ]),
        },
        seconds(
            "conclave_media_busy_seconds_total",
            "Time in which the media workers were at work, other programs on their cores included.",
            engine.workers.iter().map(|worker| worker.busy).sum(),
        ),
        seconds(
            "conclave_media_cpu_seconds_total",
            "CPU time of the media workers.",
            engine.workers.iter().map(|worker| worker.cpu).sum(),
        ),
    ];
    let gauges = GAUGES.map(|(name, help, of)| Metric::gauge(name, help, sum(of)));
    counters
        .into_iter()
        .chain(gauges)
        .chain(own)
        .chain(ticks(engine))
        .collect()
}

fn seconds(name: &'static str, help: &'static str, time: Duration) -> Metric {
    let sample = Sample {
        labels: Vec::new(),
        value: time.as_secs_f64(),
    };
    let value = MetricValue::Counter(vec![sample]);
    Metric { name, help, value }
}

/// How the ticks of 20 ms went.
fn ticks(engine: &EngineHealth) -> [Metric; 4] {
    let workers = engine.workers.as_slice();
    let late: u64 = worker_ticks(engine).iter().map(|ticks| ticks.late).sum();
    let sum = |of: fn(&WorkerHealth) -> Duration| {
        let times = workers.iter().map(of);
        times.sum::<Duration>().as_secs_f64()
    };
    let histogram = |name, help, buckets, sum| Metric {
        name,
        help,
        value: MetricValue::Histogram(Histogram { sum, ..buckets }),
    };
    let packets: u64 = workers.iter().map(|it| it.deck.packets_received).sum();
    [
        Metric::counter(
            "conclave_mix_ticks_late_total",
            "Ticks that began a whole tick late, 20 ms or more.",
            late,
        ),
        histogram(
            "conclave_mix_tick_late_seconds",
            "By how much ticks began late.",
            buckets(
                LATENESS_STEPS_MS.map(|step| step as f64 / 1e3),
                workers,
                |it| &it.lateness,
            ),
            sum(|it| it.late_sum),
        ),
        histogram(
            "conclave_mix_tick_duration_seconds",
            "How long ticks took, other programs on the same core included.",
            buckets(
                DURATION_STEPS_US.map(|step| step as f64 / 1e6),
                workers,
                |it| &it.durations,
            ),
            sum(|it| it.busy),
        ),
        histogram(
            "conclave_mix_tick_packets",
            "Packets that a tick found.",
            buckets(BATCH_STEPS.map(|step| step as f64), workers, |it| {
                &it.batches
            }),
            packets as f64,
        ),
    ]
}

/// Of all workers together; the sum is the caller's.
fn buckets<const STEPS: usize>(
    steps: [f64; STEPS],
    workers: &[WorkerHealth],
    counts: fn(&WorkerHealth) -> &[u64],
) -> Histogram {
    let total = |at: usize| workers.iter().filter_map(|it| counts(it).get(at)).sum();
    let ends = steps.into_iter().enumerate();
    Histogram {
        buckets: ends.map(|(at, end)| (end, total(at))).collect(),
        above: total(STEPS),
        sum: 0.0,
    }
}

/// Name, help and where each figure of the workers is found.
type Figure = (&'static str, &'static str, fn(&WorkerHealth) -> u64);

const GAUGES: [Figure; 4] = [
    ("conclave_legs", "Legs that are open.", |it| it.deck.legs),
    (
        "conclave_stages",
        "Stages that are open; one that several workers share counts on each.",
        |it| it.deck.stages,
    ),
    (
        "conclave_stage_links",
        "Neighbours of stages that several workers share.",
        |it| it.deck.links,
    ),
    (
        "conclave_rtp_sockets_connected",
        "Legs whose socket is connected to the peer.",
        |it| it.io.connected,
    ),
];

const COUNTERS: [Figure; 18] = [
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
    (
        "conclave_frames_denoised_total",
        "Frames that noise was taken out of.",
        |it| it.deck.frames_denoised,
    ),
    (
        "conclave_payloads_looked_at_total",
        "Payloads looked at without decoding them.",
        |it| it.deck.payloads_looked_at,
    ),
    (
        "conclave_silences_believed_total",
        "Packets called silent by their phone (RFC 6464), and not looked at.",
        |it| it.deck.silences_believed,
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
        "conclave_legs_failed_total",
        "Legs silenced by a panic.",
        |it| it.deck.legs_failed,
    ),
    (
        "conclave_rtp_sends_failed_total",
        "Packets that the system did not take.",
        |it| it.io.send_failures,
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
    (
        "conclave_media_events_lost_total",
        "News of the media for which there was no room.",
        |it| it.deck.events_lost,
    ),
    (
        "conclave_media_orders_refused_total",
        "Orders for a leg or stage that was not there.",
        |it| it.deck.orders_refused,
    ),
    (
        "conclave_media_reports_waited_total",
        "Ticks whose news had to wait for a later one.",
        |it| it.ring_full,
    ),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_workers_are_shown_as_one_and_every_figure_once() {
        let worker = WorkerHealth {
            lateness: [90, 5, 0, 0, 0, 0, 2],
            durations: [0, 0, 0, 97, 0, 0, 0, 0, 0],
            late_sum: Duration::from_millis(250),
            ..WorkerHealth::default()
        };
        let engine = EngineHealth {
            workers: vec![worker, worker],
            ..EngineHealth::default()
        };
        let metrics = media(&engine);
        let value = |name| {
            let mut named = metrics.iter().filter(|metric| metric.name == name);
            let found = named.next().map(|metric| metric.value.clone());
            assert!(named.next().is_none(), "{name} twice");
            found.unwrap()
        };
        for metric in &metrics {
            value(metric.name);
        }
        let MetricValue::Histogram(late) = value("conclave_mix_tick_late_seconds") else {
            panic!("a histogram");
        };
        assert_eq!((late.buckets[0], late.above), ((0.001, 180), 4));
        assert!((late.sum - 0.5).abs() < 1e-9);
        let MetricValue::Histogram(took) = value("conclave_mix_tick_duration_seconds") else {
            panic!("a histogram");
        };
        assert_eq!(took.buckets[3], (0.001, 194));
        let late = MetricValue::Counter(vec![Sample::plain(4)]);
        assert_eq!(value("conclave_mix_ticks_late_total"), late);
    }
}

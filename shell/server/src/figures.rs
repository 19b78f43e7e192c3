//! What the program tells the web face of itself: facts, readiness and figures.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use conclave_api::CertificateView;
use conclave_cert::Certificate;
use conclave_engine::EngineHealth;
use conclave_hooks::{Courier, Outcome};
use conclave_model::TrunkId;
use conclave_web::{Host, HostFacts, Metric, MetricValue, Sample};

use crate::media_figures::media;
use crate::serve::now;
use crate::tls;

/// Which trunk, whether it is up, and how long its last answer took in seconds.
pub type TrunkFigures = (TrunkId, bool, Option<f64>);

/// The engine's health as the brain last saw it, at most half a second old.
#[derive(Clone, Default)]
pub struct Board(Arc<Mutex<Reading>>);

#[derive(Default)]
struct Reading {
    engine: EngineHealth,
    sip: conclave_sip::Counters,
    trunks: Vec<TrunkFigures>,
    not_ready: Option<String>,
}

impl Board {
    pub fn write(
        &self,
        engine: EngineHealth,
        sip: conclave_sip::Counters,
        trunks: Vec<TrunkFigures>,
    ) {
        let mut reading = self.reading();
        (reading.engine, reading.sip, reading.trunks) = (engine, sip, trunks);
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
    pub webhooks: Courier,
    pub certificate: Certificate,
}

impl Host for Program {
    fn facts(&self) -> HostFacts {
        self.facts.clone()
    }

    fn not_ready(&self) -> Option<String> {
        self.board.reading().not_ready.clone()
    }

    fn certificate(&self) -> Option<CertificateView> {
        Some(tls::view(&self.certificate))
    }

    fn metrics(&self) -> Vec<Metric> {
        let mut metrics = {
            let reading = self.board.reading();
            let mut metrics = media(&reading.engine);
            metrics.extend(signalling(&reading.sip));
            metrics.extend(trunks(&reading.trunks));
            metrics
        };
        metrics.extend(network(&self.net));
        metrics.push(deliveries(&self.webhooks));
        metrics.push(certificate(&self.certificate));
        metrics
    }
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
            help: "What came and was no message, malformed, or for nobody; texts not sent.",
            value: MetricValue::Counter(vec![
                by("garbage", sip.garbage_in),
                by("malformed", sip.malformed_in),
                by("stray", sip.strays_in),
                by("stream_broken", sip.streams_broken),
                by("timeout", sip.timeouts),
                by("text_dropped", sip.texts_dropped),
            ]),
        },
        Metric {
            name: "conclave_sip_refused_total",
            help: "Requests refused, by status.",
            value: MetricValue::Counter(refused.collect()),
        },
    ]
}

/// By id: a name may be a telephone number.
fn trunks(trunks: &[TrunkFigures]) -> Vec<Metric> {
    let sample = |id: &TrunkId, value| Sample {
        labels: vec![("trunk", id.to_string())],
        value,
    };
    let up = trunks
        .iter()
        .map(|(id, is_up, _)| sample(id, f64::from(u8::from(*is_up))));
    let rtt = trunks
        .iter()
        .filter_map(|(id, _, latency_s)| Some(sample(id, (*latency_s)?)));
    vec![
        Metric {
            name: "conclave_trunk_up",
            help: "1 while calls can be expected over this trunk.",
            value: MetricValue::Gauge(up.collect()),
        },
        Metric {
            name: "conclave_trunk_rtt_seconds",
            help: "From our last request to this trunk to its answer.",
            value: MetricValue::Gauge(rtt.collect()),
        },
    ]
}

fn deliveries(webhooks: &Courier) -> Metric {
    let tally = webhooks.tally();
    let by = |one: Outcome| Sample::labelled("result", one.name(), tally.count(one));
    Metric {
        name: "conclave_webhook_deliveries_total",
        help: "Attempts to send events to webhooks, and events that were given up or dropped.",
        value: MetricValue::Counter(Outcome::ALL.map(by).to_vec()),
    }
}

/// Counts down, so that an alarm needs no clock: below two weeks, somebody should look.
fn certificate(certificate: &Certificate) -> Metric {
    let left_ms = certificate.facts().until.0.saturating_sub(now().0);
    Metric::gauge(
        "conclave_certificate_expiry_seconds",
        "Until the time of the certificate is over; 0 when it is.",
        left_ms / 1_000,
    )
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
            "conclave_sip_handshakes_failed_total",
            "Connections on which TLS or a WebSocket was not agreed upon.",
            &net.handshakes_failed,
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

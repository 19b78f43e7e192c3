//! How the server does: for people, for probes, for Prometheus.

use std::sync::atomic::Ordering;

use axum::Json;
use axum::extract::State;
use axum::http::header;
use axum::response::IntoResponse;
use conclave_api::{Counts, Problem, ProblemKind, Request, Response as Reply, StatusView, rfc3339};

use crate::backend::{Web, now};
use crate::brain::misfit;
use crate::metrics::{Metric, MetricValue, Sample, render};
use crate::refusal::{Answered, Refusal};

/// The server at a glance.
#[utoipa::path(
    get, path = "/status", tag = "status",
    responses(
        (status = 200, description = "What it is and how much goes on", body = StatusView),
        (status = "default", description = "Refused", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn status(State(web): State<Web>) -> Answered {
    let counts = counts(&web).await?;
    let facts = web.backend.host.facts();
    let view = StatusView {
        version: facts.version,
        started_at: rfc3339(facts.started_at),
        uptime_seconds: now().0.saturating_sub(facts.started_at.0) / 1_000,
        sip: facts.sip,
        http: facts.http,
        https: facts.https,
        certificate: web.backend.host.certificate(),
        rtp_ports: facts.rtp_ports,
        record_commands: facts.record_commands,
        counts,
    };
    Ok(Json(view).into_response())
}

/// Whether the process answers.
#[utoipa::path(
    get, path = "/healthz", tag = "status", security(()),
    responses(
        (status = 200, description = "It does", body = String, content_type = "text/plain", example = json!("ok\n")),
    )
)]
pub(crate) async fn healthz() -> &'static str {
    "ok\n"
}

/// Whether calls can be taken.
#[utoipa::path(
    get, path = "/readyz", tag = "status", security(()),
    responses(
        (status = 200, description = "They can", body = String, content_type = "text/plain", example = json!("ready\n")),
        (status = 503, description = "Not now, and why", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn readyz(State(web): State<Web>) -> Answered<&'static str> {
    match web.backend.host.not_ready() {
        Some(why) => Err(Refusal::new(ProblemKind::Unavailable, why)),
        None => {
            let level = counts(&web).await?.load.level();
            if level.takes_calls() {
                Ok("ready\n")
            } else {
                Err(Refusal::new(ProblemKind::Unavailable, level.sentence()))
            }
        }
    }
}

/// Figures for Prometheus.
#[utoipa::path(
    get, path = "/metrics", tag = "status",
    responses(
        (status = 200, description = "Text format 0.0.4", body = String, content_type = "text/plain", example = json!("# HELP conclave_rooms Rooms that exist.\n# TYPE conclave_rooms gauge\nconclave_rooms 12\n")),
        (status = "default", description = "Refused", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn metrics(State(web): State<Web>) -> impl IntoResponse {
    let mut metrics = own_metrics(&web);
    // A brain that does not answer is a reason to look at the other figures, not to hide them.
    if let Ok(counts) = counts(&web).await {
        metrics.extend(brain_metrics(counts));
    }
    metrics.extend(web.backend.host.metrics());
    let kind = "text/plain; version=0.0.4; charset=utf-8";
    ([(header::CONTENT_TYPE, kind)], render(&metrics))
}

pub(crate) async fn counts(web: &Web) -> Answered<Counts> {
    let Reply::Counts(counts) = web.backend.brain.ask(Request::Status).await? else {
        return Err(misfit().into());
    };
    Ok(counts)
}

fn own_metrics(web: &Web) -> Vec<Metric> {
    let classes = ["1xx", "2xx", "3xx", "4xx", "5xx"];
    let answers = classes
        .iter()
        .zip(&web.answers)
        .map(|(class, count)| Sample::labelled("status", *class, count.load(Ordering::Relaxed)))
        .collect();
    let version = web.backend.host.facts().version;
    vec![
        Metric {
            name: "conclave_build_info",
            help: "Always 1; the labels say what runs.",
            value: MetricValue::Gauge(vec![Sample::labelled("version", version, 1)]),
        },
        Metric {
            name: "conclave_http_answers_total",
            help: "HTTP requests answered.",
            value: MetricValue::Counter(answers),
        },
        Metric::gauge(
            "conclave_event_streams",
            "Clients that listen to the events.",
            web.streams.load(Ordering::Relaxed),
        ),
    ]
}

fn brain_metrics(counts: Counts) -> [Metric; 6] {
    [
        Metric::gauge("conclave_rooms", "Rooms that exist.", counts.rooms),
        Metric::gauge(
            "conclave_rooms_active",
            "Rooms that somebody is in.",
            counts.rooms_live,
        ),
        Metric {
            name: "conclave_participants",
            help: "Participants.",
            value: MetricValue::Gauge(vec![Sample::labelled(
                "state",
                "joined",
                counts.participants,
            )]),
        },
        Metric::gauge(
            "conclave_calls",
            "Calls, also those at a door.",
            counts.calls,
        ),
        Metric::gauge(
            "conclave_calls_max",
            "Calls that may be at once.",
            counts.calls_max,
        ),
        Metric::gauge(
            "conclave_load_level",
            "What is shed: 0 nothing, 1 new calls, 2 also talkers, 3 also Opus complexity.",
            counts.load.level() as u64,
        ),
    ]
}

//! Everything that is known of one call, and what was said about it on the wire.

use conclave_model::{CallLadder, CallRecord, LadderMessage, UnixMillis};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{CallView, rfc3339};

/// A call that has ended, with what happened when.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct CallDetails {
    #[serde(flatten)]
    pub call: CallView,
    /// From the first ring to the end, in order.
    pub timeline: Vec<StepView>,
}

/// One moment of a call.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct StepView {
    #[schema(format = DateTime)]
    pub time: String,
    /// Since the first ring.
    pub after_ms: u64,
    /// `rang`, `answered`, `pin_asked`, `pin_wrong`, `pin_right`, `name_asked`, `name_given`,
    /// `name_missing`, `joined`, `muted`, `unmuted`, `held`, `resumed`, `left` or `ended`.
    #[schema(example = "joined")]
    pub what: String,
    /// The same for people.
    pub sentence: String,
}

/// The SIP messages of a call, without PINs, passwords, credentials and key presses.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct CallTrace {
    pub call: String,
    /// In order; the first and the last ones when there were many.
    pub messages: Vec<TraceMessage>,
    /// Between the first and the last ones, how many are missing.
    pub skipped: u32,
}

/// One SIP message.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct TraceMessage {
    #[schema(format = DateTime)]
    pub time: String,
    /// `in`: from the caller to us; `out`: from us to the caller.
    #[schema(example = "in")]
    pub direction: String,
    /// `udp` or `tcp`.
    pub transport: String,
    /// Our address.
    pub local: String,
    /// The caller's.
    pub remote: String,
    #[schema(example = "INVITE sip:801@192.0.2.1 SIP/2.0")]
    pub first_line: String,
    /// All of it, with `\n` between lines. What must not be read says `(left out)` or `…`.
    pub text: String,
    /// At the end, because the message was too long.
    pub bytes_left_out: u32,
}

impl CallDetails {
    #[must_use]
    pub fn of(record: &CallRecord) -> Self {
        let step = |at: UnixMillis, what: &str, sentence: &str| StepView {
            time: rfc3339(at),
            after_ms: at.0.saturating_sub(record.started_at.0),
            what: what.to_owned(),
            sentence: sentence.to_owned(),
        };
        let steps = record.timeline.steps().iter();
        let mut timeline: Vec<_> = steps
            .map(|one| step(one.at, one.what.code(), one.what.sentence()))
            .collect();
        timeline.push(step(record.ended_at, "ended", record.end.sentence()));
        Self {
            call: CallView::of(record),
            timeline,
        }
    }
}

impl CallTrace {
    #[must_use]
    pub fn of(ladder: &CallLadder) -> Self {
        Self {
            call: ladder.call.to_string(),
            messages: ladder.messages.iter().map(TraceMessage::of).collect(),
            skipped: ladder.skipped,
        }
    }
}

impl TraceMessage {
    fn of(message: &LadderMessage) -> Self {
        Self {
            time: rfc3339(message.at),
            direction: message.way.code().to_owned(),
            transport: message.transport.to_owned(),
            local: message.local.to_string(),
            remote: message.remote.to_string(),
            first_line: message.text.lines().next().unwrap_or("").to_owned(),
            text: message.text.clone(),
            bytes_left_out: message.bytes_left_out,
        }
    }
}

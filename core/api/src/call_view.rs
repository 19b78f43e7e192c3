//! One line of the call log as the public sees it, with a verdict in words.

use conclave_model::{CallRecord, Encryption, UnixMillis};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{QualityView, VerdictView, rfc3339};

/// A call that has ended.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct CallView {
    #[schema(example = "ca_0193a6c1b2f07c3e9d5a4b6c7d8e9f00")]
    pub id: String,
    #[schema(format = DateTime)]
    pub started_at: String,
    #[schema(required, format = DateTime)]
    pub answered_at: Option<String>,
    /// When the caller was let into the room.
    #[schema(required, format = DateTime)]
    pub joined_at: Option<String>,
    #[schema(format = DateTime)]
    pub ended_at: String,
    /// From answer to end.
    pub duration_seconds: u64,
    pub from_number: String,
    #[schema(required)]
    pub from_name: Option<String>,
    pub dialled: String,
    /// The address the call came from.
    #[schema(example = "192.0.2.7:5060")]
    pub remote: String,
    /// `udp` or `tcp`.
    pub transport: String,
    pub sip_call_id: String,
    /// The room's id, whether or not the room still exists.
    #[schema(required)]
    pub room: Option<String>,
    /// The room's title at the time.
    #[schema(required)]
    pub room_title: Option<String>,
    #[schema(required)]
    pub codec: Option<String>,
    /// How the sound was encrypted on its way: where the keys came from, and the cipher; null when
    /// everybody on the way could listen.
    #[schema(required, example = "SDES AES_CM_128_HMAC_SHA1_80")]
    pub encryption: Option<String>,
    /// What else is to be known of the encryption, for people; null when there is nothing.
    #[schema(
        required,
        example = "The keys went over signalling that is not encrypted (udp): who could read it could listen."
    )]
    pub encryption_note: Option<String>,
    pub pins_wrong: u8,
    /// Why it ended, for programs.
    #[schema(example = "hung_up")]
    pub end: String,
    /// Why it ended, for people.
    pub end_sentence: String,
    pub packets_received: u64,
    pub packets_lost: u64,
    /// Of an encrypted call, packets that its key did not open.
    pub packets_forged: u64,
    pub jitter_max_ms: f64,
    pub quality: QualityView,
    pub verdict: VerdictView,
}

impl CallView {
    #[must_use]
    pub fn of(call: &CallRecord) -> Self {
        let optional = |at: Option<UnixMillis>| at.map(rfc3339);
        let answered_for_ms = call
            .answered_at
            .map_or(0, |answered| call.ended_at.0.saturating_sub(answered.0));
        Self {
            id: call.id.to_string(),
            started_at: rfc3339(call.started_at),
            answered_at: optional(call.answered_at),
            joined_at: optional(call.joined_at),
            ended_at: rfc3339(call.ended_at),
            duration_seconds: answered_for_ms / 1_000,
            from_number: call.from_number.clone(),
            from_name: call.from_name.clone(),
            dialled: call.dialled.clone(),
            remote: call.remote.to_string(),
            transport: call.transport.to_owned(),
            sip_call_id: call.sip_call_id.clone(),
            room: call.room.map(|room| room.to_string()),
            room_title: call.room_title.clone(),
            codec: call.codec.map(|codec| codec.name().to_owned()),
            encryption: call.encryption.map(|how| how.to_string()),
            encryption_note: encryption_note(call),
            pins_wrong: call.pins_wrong,
            end: call.end.code().to_owned(),
            end_sentence: call.end.sentence().to_owned(),
            packets_received: call.packets_received,
            packets_lost: call.packets_lost,
            packets_forged: call.packets_forged,
            jitter_max_ms: call.jitter_max.as_secs_f64() * 1_000.0,
            quality: QualityView::of(call),
            verdict: VerdictView::of(call),
        }
    }
}

/// Keys in a description are as secret as what carries it.
fn encryption_note(call: &CallRecord) -> Option<String> {
    let is_open = ["udp", "tcp", "ws"].contains(&call.transport);
    let mut notes = Vec::new();
    if let (Some(Encryption::Sdes(_)), true) = (call.encryption, is_open) {
        let transport = call.transport;
        notes.push(format!(
            "The keys went over signalling that is not encrypted ({transport}): who could read it \
             could listen."
        ));
    }
    if call.encryption.is_some() && call.packets_forged > 0 {
        let packets = call.packets_forged;
        notes.push(format!(
            "{packets} packets from the caller were not opened by the key."
        ));
    }
    (!notes.is_empty()).then(|| notes.join(" "))
}

//! What happened to a call so far, for its line in the call log; judges nothing.

use conclave_contract::LegStats;
use conclave_model::{
    CallEnd, CallId, CallMoment, CallRecord, Codec, Encryption, Timeline, UnixMillis,
};

use crate::{Caller, Dialled, RoomName};

/// The moments of one call.
#[derive(Clone, Debug)]
pub(crate) struct History {
    pub started_at: UnixMillis,
    pub answered_at: Option<UnixMillis>,
    pub joined_at: Option<UnixMillis>,
    pub pins_wrong: u8,
    pub codec: Option<Codec>,
    /// As it was agreed last.
    pub encryption: Option<Encryption>,
    pub timeline: Timeline,
}

/// How and when a call ended.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Ending {
    pub end: CallEnd,
    pub at: UnixMillis,
}

impl History {
    pub fn beginning_at(started_at: UnixMillis) -> Self {
        let mut timeline = Timeline::default();
        timeline.note(started_at, CallMoment::Rang);
        Self {
            started_at,
            answered_at: None,
            joined_at: None,
            pins_wrong: 0,
            codec: None,
            encryption: None,
            timeline,
        }
    }

    pub fn record(
        &self,
        id: CallId,
        caller: &Caller,
        dialled: &Dialled,
        room: Option<&RoomName>,
        ending: Ending,
        stats: &LegStats,
    ) -> CallRecord {
        CallRecord {
            id,
            started_at: self.started_at,
            answered_at: self.answered_at,
            joined_at: self.joined_at,
            ended_at: ending.at,
            from_number: caller.number.clone(),
            from_name: caller.name.clone(),
            dialled: dialled.number.clone(),
            remote: caller.remote,
            transport: caller.transport,
            sip_call_id: caller.sip_call_id.clone(),
            room: room.map(|room| room.id),
            room_title: room.map(|room| room.title.clone()),
            codec: stats.codec.or(self.codec),
            encryption: self.encryption,
            pins_wrong: self.pins_wrong,
            end: ending.end,
            packets_received: stats.packets_received,
            packets_lost: stats.packets_lost,
            packets_forged: stats.packets_forged,
            jitter_max: stats.jitter_max,
            packets_sent: stats.packets_sent,
            far: stats.far,
            round_trip: stats.round_trip,
            timeline: self.timeline.clone(),
        }
    }
}

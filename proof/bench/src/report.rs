//! What a run found out, and the same in JSON; measures nothing.

use std::collections::BTreeMap;
use std::time::Duration;

use conclave_model::Codec;
use serde_json::{Value, json};

use crate::spread::{Spread, ms};

/// Everything about one run. Counts of packets are those of the measured time alone, and without
/// the calls that came and went.
#[derive(Clone, Debug)]
pub struct Report {
    pub calls: u32,
    pub answered: u32,
    /// Answered calls that hear their room. Without talkers that cannot be known: then all that
    /// were answered and did not end.
    pub inside: u32,
    /// Calls that came to nothing, or ended early, by the reason.
    pub failures: BTreeMap<String, u32>,
    /// From the INVITE to its 200.
    pub setup: Spread,
    /// From the INVITE to the first packet of sound.
    pub first_audio: Spread,
    pub measured: Duration,
    pub packets_received: u64,
    /// Missing in the numbering.
    pub packets_lost: u64,
    /// One for each open call and 20 ms: a server that is too slow sends fewer, and numbers them
    /// as if nothing were missing.
    pub packets_due: u64,
    /// What the server reported as lost of ours (RTCP), and about how many calls it did.
    pub packets_lost_there: u64,
    pub legs_reported: u64,
    /// Packets sent by all legs.
    pub packets_sent: u64,
    /// Answered legs that received nothing at all.
    pub silent_legs: u32,
    /// From each packet to the next of the same leg, all legs together.
    pub gaps: Spread,
    /// The longest time between two packets, leg by leg.
    pub gap: Spread,
    pub delay: Delay,
    pub server: Option<ServerCost>,
    pub churn: Option<ChurnReport>,
    pub tool: ToolReport,
    pub machine: Option<MachineReport>,
    /// The server's resident bytes in the course of the measurement.
    pub memory: Vec<(Duration, u64)>,
    pub legs: Vec<LegReport>,
}

/// From the packet in which a marker begins, sent by a talker, to where it begins in what a
/// listener of that room gets. With Opus that includes the codec's own delay, twice 6.5 ms.
#[derive(Clone, Debug, Default)]
pub struct Delay {
    pub spread: Spread,
    /// Markers sent, times the listeners that should have heard each.
    pub expected: u64,
    /// The same for each talker, by the number of its call: their packets have jitter buffers of
    /// their own.
    pub by_talker: Vec<(usize, Spread)>,
}

/// What the run cost the server's process.
#[derive(Clone, Copy, Debug)]
pub struct ServerCost {
    /// In steps of 10 ms, so that the two need not add up to the next.
    pub user_ms_per_second: f64,
    pub system_ms_per_second: f64,
    /// Both together, to the nanosecond.
    pub cpu_ms_per_second: f64,
    pub cpu_ms_per_second_per_call: f64,
    pub resident_bytes: u64,
    /// What came on top since before the first call, for each call; near nothing the second time,
    /// as a process keeps what it once had.
    pub resident_bytes_per_call: u64,
}

/// What became of the calls that came and went.
#[derive(Clone, Debug, Default)]
pub struct ChurnReport {
    pub placed: u64,
    pub answered: u64,
    /// Answered, with sound, and ended by us in their time.
    pub completed: u64,
    /// The most at a time.
    pub open_max: usize,
    pub failures: BTreeMap<String, u32>,
    pub setup: Spread,
    pub first_audio: Spread,
}

/// How much this tool disturbed, and whether it came in time itself.
#[derive(Clone, Debug, Default)]
pub struct ToolReport {
    pub cpu_ms_per_second: f64,
    /// Slots that it came more than 5 ms late to, of `slots`: with many of them it measured itself.
    pub late_slots: u64,
    /// Packets of those who speak that were sent more than 5 ms late.
    pub late_speech: u64,
    pub slots: u64,
    pub lateness: Spread,
    /// Packets that its own sockets did not take.
    pub refused: u64,
    /// Packets of no call's.
    pub strangers: u64,
}

/// The noise around the measurement.
#[derive(Clone, Copy, Debug)]
pub struct MachineReport {
    /// Of the time of all processors.
    pub busy_percent: f64,
    /// Taken by other guests of the same host.
    pub steal_percent: f64,
    /// What neither the server (if it is known) nor this tool used, in ms of one processor.
    pub others_ms_per_second: f64,
    /// Over the minute before the end.
    pub load_average: f64,
}

/// What one leg heard.
#[derive(Clone, Debug)]
pub struct LegReport {
    pub room: String,
    pub codec: Codec,
    pub talks: bool,
    /// `None`: not answered.
    pub setup: Option<Duration>,
    pub first_audio: Option<Duration>,
    pub received: u64,
    pub lost: u64,
    pub gap_max: Duration,
    pub jitter: Duration,
    pub failure: Option<String>,
}

impl Report {
    /// Of what should have come.
    #[must_use]
    pub fn loss_percent(&self) -> f64 {
        let sent = self.packets_received + self.packets_lost;
        self.packets_lost as f64 * 100.0 / sent.max(1) as f64
    }

    /// What did not come of what was due, lost or never sent. Without music and silence
    /// suppression every leg gets a packet in every 20 ms.
    #[must_use]
    pub fn missing_percent(&self) -> f64 {
        let missing = self.packets_due.saturating_sub(self.packets_received);
        missing as f64 * 100.0 / self.packets_due.max(1) as f64
    }

    /// Of what was sent, as far as the server reported it.
    #[must_use]
    pub fn loss_there_percent(&self) -> f64 {
        self.packets_lost_there as f64 * 100.0 / self.packets_sent.max(1) as f64
    }

    #[must_use]
    pub fn to_json(&self) -> Value {
        json!({
            "calls": self.calls,
            "answered": self.answered,
            "inside": self.inside,
            "failures": self.failures,
            "setup": self.setup.json(),
            "first_audio": self.first_audio.json(),
            "measured_s": self.measured.as_secs_f64(),
            "packets_received": self.packets_received,
            "packets_lost": self.packets_lost,
            "loss_percent": self.loss_percent(),
            "packets_due": self.packets_due,
            "missing_percent": self.missing_percent(),
            "packets_sent": self.packets_sent,
            "packets_lost_there": self.packets_lost_there,
            "loss_there_percent": self.loss_there_percent(),
            "legs_reported": self.legs_reported,
            "silent_legs": self.silent_legs,
            "gaps": self.gaps.json(),
            "longest_gap": self.gap.json(),
            "delay": self.delay.spread.json(),
            "markers_expected": self.delay.expected,
            "delay_by_talker": self.delay.by_talker.iter().map(|(call, spread)| json!({
                "call": call,
                "delay": spread.json(),
            })).collect::<Vec<_>>(),
            "server": self.server.as_ref().map(ServerCost::json),
            "churn": self.churn.as_ref().map(ChurnReport::json),
            "tool": self.tool.json(),
            "machine": self.machine.as_ref().map(MachineReport::json),
            "memory": self.memory.iter().map(|(at, bytes)| json!({
                "at_s": at.as_secs_f64(),
                "resident_bytes": bytes,
            })).collect::<Vec<_>>(),
            "legs": self.legs.iter().map(LegReport::json).collect::<Vec<_>>(),
        })
    }
}

impl ServerCost {
    fn json(&self) -> Value {
        json!({
            "user_ms_per_second": self.user_ms_per_second,
            "system_ms_per_second": self.system_ms_per_second,
            "cpu_ms_per_second": self.cpu_ms_per_second,
            "cpu_ms_per_second_per_call": self.cpu_ms_per_second_per_call,
            "resident_bytes": self.resident_bytes,
            "resident_bytes_per_call": self.resident_bytes_per_call,
        })
    }
}

impl ChurnReport {
    fn json(&self) -> Value {
        json!({
            "placed": self.placed,
            "answered": self.answered,
            "completed": self.completed,
            "open_max": self.open_max,
            "failures": self.failures,
            "setup": self.setup.json(),
            "first_audio": self.first_audio.json(),
        })
    }
}

impl ToolReport {
    fn json(&self) -> Value {
        json!({
            "cpu_ms_per_second": self.cpu_ms_per_second,
            "late_slots": self.late_slots,
            "late_speech": self.late_speech,
            "slots": self.slots,
            "lateness": self.lateness.json(),
            "refused": self.refused,
            "strangers": self.strangers,
        })
    }
}

impl MachineReport {
    fn json(&self) -> Value {
        json!({
            "busy_percent": self.busy_percent,
            "steal_percent": self.steal_percent,
            "others_ms_per_second": self.others_ms_per_second,
            "load_average": self.load_average,
        })
    }
}

impl LegReport {
    fn json(&self) -> Value {
        json!({
            "room": self.room,
            "codec": self.codec.name(),
            "talks": self.talks,
            "setup_ms": self.setup.map(ms),
            "first_audio_ms": self.first_audio.map(ms),
            "received": self.received,
            "lost": self.lost,
            "gap_max_ms": ms(self.gap_max),
            "jitter_ms": ms(self.jitter),
            "failure": self.failure,
        })
    }
}

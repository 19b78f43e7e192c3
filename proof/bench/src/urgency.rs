//! The load tool's own place among the threads of the machine; measures nothing.

use thread_priority::{
    RealtimeThreadSchedulePolicy, ThreadPriority, ThreadPriorityValue, ThreadSchedulePolicy,
    set_thread_priority_and_policy, thread_native_id,
};

/// Before all ordinary programs, where the system allows it, but behind the workers of a server on
/// the same machine: telephones are machines of their own and late for nobody.
///
/// Beside two full workers a thread like all others sent 5 to 21 of a hundred packets 5 ms late or
/// more; the server's jitter buffers answer to that, with delay.
pub(crate) fn send_in_time() {
    ask_for(TOOL);
}

/// Before the workers too: the few voices of a room, of which each packet is sent when it is due.
pub(crate) fn speak_in_time() {
    ask_for(VOICES);
}

fn ask_for(priority: u8) {
    let policy = ThreadSchedulePolicy::Realtime(RealtimeThreadSchedulePolicy::RoundRobin);
    let priority = ThreadPriorityValue::try_from(priority);
    let priority = ThreadPriority::Crossplatform(priority.expect("it is below 100"));
    // Not allowed: the report says how late the tool was.
    let _ = set_thread_priority_and_policy(thread_native_id(), priority, policy);
}

/// Of 1 to 99; the server's workers have 20.
const TOOL: u8 = 10;
const VOICES: u8 = 30;

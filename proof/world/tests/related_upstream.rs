//! What ConfBridge's neighbours test of it: holding while joining, who is counted, call records.

mod scene;

use conclave_model::CallEnd;
use scene::meeting::{As, MEMBER_PIN, Meeting, plan};
use scene::seconds;

const CAST: [(&str, As); 4] = [
    ("ada", As::Moderator),
    ("una", As::Member),
    ("ulf", As::Member),
    ("uwe", As::Member),
];

/// Upstream's `softmix_unhold`, and the leg that stayed on hold when it joined on hold.
#[test]
fn who_comes_in_on_hold_is_shown_so_and_is_heard_from_the_end_of_it() {
    let mut meeting = Meeting::new(plan("", ""), &CAST[..3]);
    meeting.comes("ada");
    let una = meeting.phone("una");
    meeting.city.dial(una, "801");
    meeting.city.run(seconds(2));
    meeting.city.hold(una, true);
    meeting.city.run(seconds(1));
    meeting.city.press(una, MEMBER_PIN);
    meeting.calm();
    assert_eq!(meeting.room(), "MULTI_MARKED: ada, una held");
    assert_eq!(meeting.audience("una"), [""; 0]);
    assert_eq!(meeting.audience("ada"), [""; 0]);
    meeting.city.hold(una, false);
    meeting.city.run(seconds(1));
    assert_eq!(meeting.room(), "MULTI_MARKED: ada, una");
    assert_eq!(meeting.audience("una"), ["ada"]);
    assert_eq!(meeting.audience("ada"), ["una"]);
}

/// Upstream's announcer and recorder are members of its bridge (`page_predial`); here nobody is
/// counted who is not a caller.
#[test]
fn who_announces_and_records_is_counted_nowhere() {
    let mut meeting = Meeting::new(plan("record_conference=yes", ""), &CAST[1..]);
    meeting.comes("una");
    assert_eq!(meeting.room(), "SINGLE: una");
    meeting.arrives("ulf");
    // Both are being told of the recording.
    assert_eq!(meeting.room(), "MULTI: una, ulf");
    assert!(meeting.live().recording.is_some());
    meeting.calm();
    meeting.forget();
    meeting.presses("una", "*#");
    assert_eq!(meeting.heard("una"), ["one-other-here"]);
    meeting.comes("uwe");
    meeting.forget();
    meeting.presses("una", "*#");
    assert_eq!(
        meeting.heard("una"),
        ["there-are", "number-2", "others-here"]
    );
}

/// Whatever happens to one in the room, there is one record of the call, and its times are in
/// order.
#[test]
fn coming_waiting_muting_holding_and_going_leave_one_call_record_each() {
    let mut meeting = Meeting::new(plan("", "wait_marked=yes"), &CAST[..3]);
    meeting.comes("una");
    for _ in 0..2 {
        meeting.comes("ada");
        meeting.presses("una", "*6");
        let una = meeting.phone("una");
        for held in [true, false] {
            meeting.city.hold(una, held);
            meeting.city.run(seconds(1));
        }
        meeting.goes("ada");
        assert_eq!(meeting.room(), "INACTIVE: una waits");
    }
    assert_eq!(meeting.city.call_log.len(), 2, "those of the leader");
    meeting.goes("una");
    assert_eq!(meeting.ends(), [CallEnd::HungUp; 3]);
    for call in &meeting.city.call_log {
        let times = [
            Some(call.started_at),
            call.answered_at,
            call.joined_at,
            Some(call.ended_at),
        ];
        assert!(
            times.iter().all(Option::is_some) && times.is_sorted(),
            "{call:?}"
        );
    }
}

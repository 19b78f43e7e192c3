//! From one room to another by key and back, as telephones hear it.

mod scene;

use conclave_api::{Request, Response, RoomKey};
use conclave_model::{CallEnd, Codec, Prompt, RoomDraft};
use conclave_world::{Line, PhoneId};
use scene::meeting::{As, Meeting, plan};
use scene::{dial, hears, now, seconds, speaking, told};

const OTHER_PIN: &str = "271828";

/// Una and Ulf in room 801, and somebody of voice 7 in room 802, who has a PIN of their own.
fn meeting() -> (Meeting, PhoneId) {
    let mut meeting = Meeting::new(plan("", ""), &[("una", As::Member), ("ulf", As::Member)]);
    let keys = "1=dialplan_exec(default,802,1)\n6=toggle_mute\n9=leave_conference";
    meeting.has_keys(As::Member, "ways", keys);
    let mut draft = RoomDraft::new("Next door".parse().expect("a title"));
    draft.extension = Some("802".parse().expect("an extension"));
    draft.pin = Some(Some(OTHER_PIN.parse().expect("a PIN")));
    draft.message = false;
    draft.music = Some(None);
    draft.keypad = "ways".parse().expect("a name");
    let made = meeting.city.ask(Request::CreateRoom(draft));
    assert!(made.is_ok(), "{made:?}");
    let host = speaking(&mut meeting.city, Codec::G722, 7);
    dial(&mut meeting.city, host, "802");
    meeting.city.run(seconds(1));
    meeting.city.press(host, OTHER_PIN);
    meeting.calm();
    meeting.comes("una");
    meeting.comes("ulf");
    (meeting, host)
}

fn visits(meeting: &mut Meeting, name: &str) {
    meeting.presses(name, "1");
    meeting.presses(name, OTHER_PIN);
}

fn people(meeting: &mut Meeting, room: &str) -> usize {
    scene::participants(&mut meeting.city, room)
}

fn is_up(meeting: &mut Meeting, name: &str) -> bool {
    let phone = meeting.phone(name);
    meeting.city.phone(phone).line == Line::Up
}

#[test]
fn who_goes_to_another_room_hears_that_one_and_is_heard_here_again_after_it() {
    let (mut meeting, host) = meeting();
    assert_eq!(meeting.audience("una"), ["ulf"]);
    let una = meeting.phone("una");
    let asked = now(&mut meeting.city, una);
    visits(&mut meeting, "una");
    assert!(told(&mut meeting.city, una, Prompt::PinPlease, asked).is_some());
    assert!(meeting.view("una").away);
    assert_eq!(
        (
            meeting.live().participants.len(),
            people(&mut meeting, "802")
        ),
        (2, 2)
    );
    // Nobody here hears her, and she nobody here; there she hears the host.
    assert!(meeting.audience("una").is_empty());
    assert!(meeting.audience("ulf").is_empty());
    assert!(hears(&mut meeting.city, una, 7, 1.0) > 0.1);
    let back = now(&mut meeting.city, una);
    meeting.presses("una", "9");
    assert!(is_up(&mut meeting, "una"));
    assert!(!meeting.view("una").away);
    assert_eq!(people(&mut meeting, "802"), 1);
    for prompt in [Prompt::PinPlease, Prompt::Goodbye] {
        assert_eq!(
            told(&mut meeting.city, una, prompt, back),
            None,
            "{prompt:?}"
        );
    }
    assert_eq!(meeting.audience("una"), ["ulf"]);
    assert_eq!(meeting.audience("ulf"), ["una"]);
    assert!(hears(&mut meeting.city, una, 7, 1.0) < 0.02);
    meeting.city.hang_up(host);
}

#[test]
fn who_was_muted_here_is_heard_there_and_muted_again_here() {
    let (mut meeting, host) = meeting();
    meeting.presses("una", "6");
    assert!(meeting.audience("una").is_empty());
    visits(&mut meeting, "una");
    let una = meeting.phone("una");
    meeting.speaks(una, Some(0));
    meeting.city.run(seconds(2));
    assert!(hears(&mut meeting.city, host, 0, 1.0) > 0.1);
    meeting.speaks(una, None);
    meeting.presses("una", "9");
    assert!(meeting.view("una").muted);
    assert!(meeting.audience("una").is_empty());
    meeting.presses("una", "6");
    assert_eq!(meeting.audience("una"), ["ulf"]);
}

#[test]
fn who_is_removed_here_while_away_is_out_of_both_rooms() {
    let (mut meeting, _) = meeting();
    visits(&mut meeting, "una");
    meeting.is_removed("una");
    assert!(!is_up(&mut meeting, "una"));
    assert_eq!(
        (people(&mut meeting, "801"), people(&mut meeting, "802")),
        (1, 1)
    );
    assert_eq!(meeting.ends(), [CallEnd::Removed]);
}

#[test]
fn an_extension_that_nobody_has_is_told_to_be_impossible() {
    let (mut meeting, host) = meeting();
    meeting.city.hang_up(host);
    meeting.city.run(seconds(2));
    let key = RoomKey::new("802");
    let gone = meeting.city.ask(Request::DeleteRoom {
        key,
        if_version: None,
    });
    assert!(matches!(gone, Ok(Response::Done)), "{gone:?}");
    let una = meeting.phone("una");
    let before = now(&mut meeting.city, una);
    meeting.presses("una", "1");
    assert!(told(&mut meeting.city, una, Prompt::NotPossible, before).is_some());
    assert_eq!(meeting.audience("una"), ["ulf"]);
}

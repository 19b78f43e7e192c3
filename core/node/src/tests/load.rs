//! Many calls, and that nothing remains of them.

use std::time::Duration;

use super::Town;

#[test]
fn a_thousand_calls_leave_every_table_empty() {
    let mut town = Town::new();
    for room in 0..10 {
        town.add_room(&format!("80{room}"), Some("627184"));
    }
    let mut lines = Vec::new();
    for call in 0..1_000 {
        let room = format!("80{}", call % 10);
        // Every third knows its PIN, every fourth dials into the void.
        let user = match call % 12 {
            3 | 7 | 11 => "999999".to_owned(),
            0 | 6 | 9 => format!("{room}*627184"),
            _ => room,
        };
        lines.push(town.dial(&user));
    }
    town.pass(Duration::from_secs(5));
    assert!(town.node.calls.len() > 700);
    for (call, session) in lines.into_iter().enumerate() {
        if call % 2 == 0 {
            town.phone.bye(town.now, session, None);
            town.run();
        }
    }
    // Who never types a PIN is sent away in the end; who is in the room is sent away here.
    town.pass(Duration::from_secs(60));
    town.input(crate::Input::Shutdown);
    town.pass(Duration::from_secs(60));
    assert_eq!(town.records.len(), 1_000);
    assert!(town.shutdown_complete);
    town.assert_empty();
}

/// What a join costs must not grow with the room: not the commands, and not the news.
#[test]
fn who_joins_makes_as_many_words_in_a_full_room_as_in_a_small_one() {
    let mut town = Town::new();
    town.add_room("801", None);
    let mut words = Vec::new();
    for present in 0..500 {
        town.news();
        let before = town.studio.commands;
        let line = town.line("801");
        town.pass(Duration::from_secs(5));
        assert!(town.studio.leg(line.leg).stage.is_some());
        let commands = town.studio.commands - before;
        if [10, 499].contains(&present) {
            words.push((commands, town.news().len()));
        }
    }
    assert_eq!(words[0], words[1]);
}

//! What is on the terminal, against what was looked at and kept (UPDATE_GOLDEN=1 keeps it anew).

#![allow(clippy::unwrap_used)] // A test may fail.

mod world;

use std::path::Path;

use conclave_top::{Change, Deed, Figures, Input, Link, Look};
use ratatui::style::Color;
use serde_json::json;
use world::{World, person, place, room, talk};

fn check(name: &str, screen: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("tests/screens/{name}.txt"));
    if std::env::var_os("UPDATE_GOLDEN").is_some() {
        std::fs::write(&path, screen).unwrap();
    }
    let kept = std::fs::read_to_string(&path).unwrap_or_default();
    assert_eq!(
        kept, screen,
        "{name}; UPDATE_GOLDEN=1 keeps the new one\n{screen}"
    );
}

#[test]
fn the_rooms_that_live_fit_on_a_small_terminal() {
    let mut world = World::busy();
    world.status("normal");
    let page = "conclave_media_cpu_seconds_total 1\nconclave_mix_tick_duration_seconds_count 100\n\
        conclave_mix_tick_duration_seconds_bucket{le=\"0.002\"} 100\n\
        conclave_rtp_packets_total{direction=\"in\"} 0\n";
    world.tell(Input::Figures(Figures::read(page, world.now)));
    world.wait(2);
    let page = "conclave_media_cpu_seconds_total 1.24\n\
        conclave_mix_tick_duration_seconds_count 200\n\
        conclave_mix_tick_duration_seconds_bucket{le=\"0.002\"} 200\n\
        conclave_rtp_packets_total{direction=\"in\"} 400\n";
    world.tell(Input::Figures(Figures::read(page, world.now)));
    world.press("↓");
    check("rooms-80x24", &world.screen(80, 24));
}

#[test]
fn a_room_fits_on_a_small_terminal_and_says_more_on_a_wide_one() {
    let mut world = World::busy();
    world.status("fewer_talkers");
    world.press("↓⏎↓↓");
    world.event(
        "participant.muted",
        &talk(
            "801",
            "Standup",
            &person(
                "elke",
                None,
                "+491715550889",
                &json!({"muted": true, "muted_by": "self"}),
            ),
        ),
    );
    world.wait(75);
    check("room-80x24", &world.screen(80, 24));
    check("room-140x20", &world.screen(140, 20));
    world.press("⎋↓⏎");
    check("door-80x24", &world.screen(80, 24));
}

#[test]
fn windows_lie_over_the_room() {
    let mut world = World::busy();
    world.press("↓⏎↓?");
    check("help-80x24", &world.screen(80, 24));
    world.press("xn⌫⌫!⏎");
    check("saving-80x24", &world.screen(80, 24));
    let deed = Deed::SetPerson {
        room: "rm_801".to_owned(),
        who: "anna".to_owned(),
        change: Change::Name("Anna Ro!".to_owned()),
    };
    let why = "name is too long\n  name: expected 1 to 80 characters".to_owned();
    world.tell(Input::Done(deed, Err(why)));
    check("refused-80x24", &world.screen(80, 24));
    world.press("⎋v→→");
    check("volume-80x24", &world.screen(80, 24));
}

#[test]
fn a_lost_server_is_said_so_and_what_was_known_stays() {
    let mut world = World::busy();
    let why = "no server answers at /data/conclave.sock: Connection refused".to_owned();
    world.tell(Input::Link(Link::Lost(why)));
    let screen = world.screen(80, 24);
    assert!(
        screen.contains("○ lost") && screen.contains("no server answers"),
        "{screen}"
    );
    assert!(screen.contains("Standup"), "{screen}");
}

#[test]
fn an_empty_house_is_no_empty_screen() {
    let mut world = World::new();
    assert!(world.screen(80, 24).contains("connecting"));
    world.tell(Input::Link(Link::Live));
    world.read(&[]);
    assert!(world.screen(80, 24).contains("Nobody is in a room now"));
    let mut empty = room("850", "Quiet", &[]);
    empty["started_at"] = json!(null);
    let world = World::with_open(Some(empty));
    let screen = world.screen(80, 24);
    assert!(screen.contains("850 Quiet · nobody is here"), "{screen}");
}

#[test]
fn a_long_list_says_which_part_of_it_is_shown() {
    let people: Vec<_> = (0..180)
        .map(|n| {
            person(
                &format!("p{n}"),
                Some(&format!("Guest {n}")),
                "1",
                &json!({}),
            )
        })
        .collect();
    let mut world = World::new();
    world.read(&[room("850", "Big", &people)]);
    world.press("↓⏎");
    let screen = world.screen(80, 24);
    assert!(
        screen.contains("NAME 1–12 of 180") && screen.contains("Guest 11"),
        "{screen}"
    );
    world.press(&"↓".repeat(13));
    let screen = world.screen(80, 24);
    assert!(
        screen.contains("NAME 13–24 of 180") && screen.contains("Guest 12"),
        "{screen}"
    );
}

#[test]
fn any_size_is_drawn() {
    let mut world = World::busy();
    for keys in ["", "↓⏎", "?", "xn", "⎋v"] {
        world.press(keys);
        for columns in [1, 2, 5, 20, 39, 79, 100, 121, 250] {
            for rows in [1, 2, 3, 4, 5, 9, 14, 60] {
                world.screen(columns, rows);
            }
        }
    }
}

#[test]
fn without_colours_there_are_none_and_everything_is_said_in_words() {
    let mut world = World::busy();
    world.status("refusing_joins");
    world.press("↓⏎↓");
    let plain = world.buffer(Look::Plain, 80, 24);
    let has_colour = |buffer: &ratatui::buffer::Buffer| {
        let mut cells = buffer.content().iter();
        cells.any(|cell| cell.fg != Color::Reset || cell.bg != Color::Reset)
    };
    assert!(!has_colour(&plain));
    let colours = world.buffer(Look::Colours, 80, 24);
    assert!(has_colour(&colours));
    assert_eq!(world::text(&plain), world::text(&colours));
}

#[test]
fn nobodys_name_commands_the_terminal() {
    let evil = "\u{1b}[2J\u{9b}31m\u{7}\u{202e}evil\r\n\u{200f}";
    let mut world = World::new();
    let person = person(
        "x",
        Some(evil),
        evil,
        &json!({"talking": true, "codec": evil}),
    );
    let mut place = place("801", evil);
    world.event("participant.joined", &talk("801", evil, &person));
    world.event("session.locked", &place);
    place["participant"] = person.clone();
    world.event("participant.renamed", &place);
    world.tell(Input::Link(Link::Lost(evil.to_owned())));
    for keys in ["↓", "⏎", "↓", "k", "n", "⎋v", "⎋?"] {
        world.press(keys);
        let harmful = |c: char| c.is_control() || "\u{202e}\u{200f}".contains(c);
        for cell in world.buffer(Look::Colours, 140, 30).content() {
            assert!(
                !cell.symbol().contains(harmful),
                "{keys}: {:?}",
                cell.symbol()
            );
        }
        assert!(world.screen(140, 30).contains("evil"), "{keys}");
    }
}

//! What an administrator types and a program asks for, against the real server.

use std::time::Duration;

use conclave_interop::{Baresip, EventFeed, PhoneCodec, Server, Voice, wait_for};

#[test]
#[ignore = "needs the server: run `cargo xtask test`"]
fn rooms_are_made_shown_changed_and_removed() {
    let server = Server::start();
    let first = server.add_room("First", &[]);
    let second = server.add_room("Second", &[]);
    let number = |text: &str| text.parse::<u32>().expect("a number");
    assert_eq!(
        number(&second.extension),
        number(&first.extension) + 1,
        "the next free extension"
    );
    assert!(first.pin.is_some() && second.pin.is_some() && first.pin != second.pin);

    // By extension, by title and by id it is the same room, without its PIN.
    let id = first.json["id"].as_str().expect("an id");
    for name in [first.extension.as_str(), "First", id] {
        let shown = server.cli(&["rooms", "show", name]);
        assert_eq!(shown["id"], id, "{name}");
        assert_eq!(shown["pin_set"], true);
        assert!(shown["pin"].is_null(), "the PIN is shown unasked: {shown}");
    }
    let changed = server.cli(&["rooms", "set", "First", "title=Prima", "language=de"]);
    assert_eq!(
        (&changed["title"], &changed["language"], &changed["version"]),
        (&"Prima".into(), &"de".into(), &2.into()),
        "{changed}"
    );

    server.cli_raw(&["rooms", "rm", "Second"]);
    let (code, _, error) = server.cli_raw(&["rooms", "show", "Second"]);
    assert_eq!(code, 3, "{error}");
    let rooms = server.cli(&["rooms", "ls"]);
    let titles = |title: &str| {
        let mut rooms = rooms.as_array().into_iter().flatten();
        rooms.any(|room| room["title"] == title)
    };
    assert!(titles("Prima") && !titles("Second"), "{rooms}");
}

#[test]
#[ignore = "needs the server: run `cargo xtask test`"]
fn a_pin_is_shown_made_anew_and_switched_off_and_never_logged() {
    let server = Server::start();
    let room = server.add_room("Pins", &["--ext", "811", "--pin", "739154"]);
    assert_eq!(room.pin.as_deref(), Some("739154"));
    let pin = |args: &[&str]| server.cli(&[&["rooms", "pin", "811"], args].concat())["pin"].clone();
    assert_eq!(pin(&["--show"]), "739154");
    assert_eq!(pin(&[]), "739154");
    let new = pin(&["--new"]);
    let new = new.as_str().expect("another PIN");
    assert_ne!(new, "739154");
    assert_eq!(pin(&["--show"]), new);
    assert!(pin(&["--off"]).is_null());
    assert_eq!(server.cli(&["rooms", "show", "811"])["pin_set"], false);
    for secret in ["739154", new, &server.token()] {
        assert!(!server.log_shows(secret), "a secret is in the log");
    }
}

#[test]
#[ignore = "needs the server: run `cargo xtask test`"]
fn what_is_not_accepted_is_named_and_changes_nothing() {
    let server = Server::start();
    server.add_room("Taken", &["--ext", "812"]);
    let (code, _, error) = server.cli_raw(&["rooms", "add", "Other", "--ext", "812"]);
    assert_eq!(code, 5, "{error}");
    assert!(error.contains("812") && error.contains("Taken"), "{error}");

    for (args, said) in [
        (
            &["rooms", "set", "812", "message=maybe"][..],
            ["message", "maybe", "yes or no"],
        ),
        (
            &["rooms", "set", "812", "mesage=yes"],
            ["mesage", "did you mean", "message"],
        ),
        (
            &["rooms", "set", "812", "language=fr"],
            ["language", "fr", "auto"],
        ),
        (
            &["rooms", "set", "812", "extension=012"],
            ["extension", "012", "2 to 12 digits"],
        ),
        (
            &["rooms", "set", "812", "music=nosuch"],
            ["music", "nosuch", "default"],
        ),
        (
            &["rooms", "add", "Bad", "--pin", "12x4"],
            ["pin", "4 to 12 digits", "expected"],
        ),
    ] {
        let (code, out, error) = server.cli_raw(args);
        assert!(matches!(code, 2 | 4), "{args:?}: {code} {error}");
        assert!(out.is_empty(), "{args:?}: {out}");
        for word in said {
            assert!(
                error.contains(word),
                "{args:?} does not say {word:?}: {error}"
            );
        }
        assert!(!error.contains("12x4"), "a PIN is repeated: {error}");
    }
    assert_eq!(server.cli(&["rooms", "show", "812"])["version"], 1);
    let (code, _, error) = server.cli_raw(&["live", "lock", "nosuch"]);
    assert_eq!(code, 3, "{error}");
}

#[test]
#[ignore = "needs the server: run `cargo xtask test`"]
fn events_go_on_after_the_last_one_received() {
    let server = Server::start();
    let token = server.token();
    for wrong in [None, Some("0123456789012345678901234567890123456789")] {
        let mut refused = EventFeed::open(server.http_port, wrong, None);
        assert!(refused.until("\r\n\r\n").starts_with("HTTP/1.1 401 "));
    }
    let mut feed = EventFeed::open(server.http_port, Some(&token), None);
    assert!(feed.until("retry: ").starts_with("HTTP/1.1 200 "));
    server.add_room("Alpha", &["--ext", "813"]);
    server.add_room("Beta", &["--ext", "814"]);
    feed.until("\"Beta\"");
    // The first says where the stream begins: whoever is cut off before Alpha comes back for it.
    let ids = feed.ids();
    let [begin, alpha, beta] = ids[..] else {
        panic!("two events and where they begin: {ids:?}");
    };
    assert!(begin < alpha && alpha < beta, "{ids:?}");
    drop(feed);
    server.add_room("Gamma", &["--ext", "815"]);
    // What came before is not told again, and what was missed is.
    let mut later = EventFeed::open(server.http_port, Some(&token), Some(alpha));
    let text = later.until("\"Gamma\"").to_owned();
    assert!(
        text.contains("\"Beta\"") && !text.contains("\"Alpha\""),
        "{text}"
    );
    let ids = later.ids();
    assert!(ids.len() == 3 && ids.starts_with(&[alpha, beta]), "{ids:?}");
    assert!(!text.contains("\"pin\""), "a PIN is told: {text}");
    // Told only when it was written, and still as whose doing.
    let doer = r#""by":{"id":"machine","name":"the command line"}"#;
    assert!(text.contains(doer), "{text}");
    assert!(!server.log().contains(&token));
}

#[test]
#[ignore = "needs baresip: run `cargo xtask test`"]
fn a_playlist_of_ones_own_is_heard_by_whoever_is_alone() {
    let server = Server::start();
    let directory = tempfile::tempdir().expect("a temporary directory");
    let track = directory.path().join("one tone.wav");
    Voice::write(&[Voice::new(MUSIC_HZ)], &track, 44_100, 15);
    server.cli(&["playlists", "add", "own"]);
    let put = server.cli(&["playlists", "put", "own", &track.to_string_lossy()]);
    assert!(
        (14.9..15.1).contains(&put["seconds"].as_f64().expect("a length")),
        "{put}"
    );
    let text = directory.path().join("notes.mp3");
    std::fs::write(&text, "this is no music").expect("room on the disk");
    let (code, _, error) = server.cli_raw(&["playlists", "put", "own", &text.to_string_lossy()]);
    assert_eq!(code, 4, "{error}");

    let room = [
        "--ext",
        "816",
        "--no-pin",
        "--set",
        "message=no",
        "--set",
        "music=own",
    ];
    server.add_room("Own music", &room);
    let (code, _, error) = server.cli_raw(&["playlists", "rm", "own"]);
    assert_eq!(code, 5, "a playlist in use is removed: {error}");
    let mut lonely = Baresip::start(PhoneCodec::Pcmu, &[]);
    lonely.call(&format!("sip:816@127.0.0.1:{}", server.sip_port));
    wait_for("the playlist's tone", Duration::from_secs(15), || {
        let ear = lonely.heard();
        let heard = ear.hears(MUSIC_HZ, ear.seconds() - 2.0, ear.seconds());
        (heard.share > 0.5).then_some(())
    });
}

const MUSIC_HZ: u32 = 700;

//! Commands as they are typed, against the web face of a server: what is printed, how they end.

#![allow(clippy::unwrap_used)] // A test may fail.

#[path = "../../web/tests/common/mod.rs"]
mod common;
mod typing;

use clap::Parser;
use conclave_api::{Event, Happening, Request};
use conclave_cli::{Cli, Command, Exit, run};
use conclave_model::UnixMillis;
use conclave_web::Token;
use serde_json::Value;
use tokio::net::TcpListener;
use typing::{exit, open_server, typed};

#[tokio::test]
async fn a_room_is_added_listed_changed_and_removed() {
    let server = open_server().await;
    let added = typed(
        &server,
        "-o json rooms add Daily_sync --ext 850 --set message=no",
    )
    .await;
    let added: Value = serde_json::from_str(&added.unwrap()).unwrap();
    assert_eq!(added["title"], "Daily sync");
    assert_eq!(added["extension"], "850");
    assert_eq!(added["message"], false);
    assert_eq!(added["pin"], "627184");

    let listed = typed(&server, "rooms ls").await.unwrap();
    let lines: Vec<_> = listed.lines().collect();
    assert_eq!(lines.len(), 2);
    assert!(
        lines[1].starts_with("850  Daily sync  ••••••  no"),
        "{listed}"
    );
    assert!(!listed.contains("627184"));

    let changed = typed(&server, "rooms set 850 title=Weekly music=none")
        .await
        .unwrap();
    assert!(changed.contains("title             Weekly\n"), "{changed}");
    assert!(changed.contains("music             none\n"));
    assert_eq!(
        typed(&server, "rooms rm weekly").await.unwrap(),
        "removed\n"
    );
    assert_eq!(typed(&server, "-o json rooms ls").await.unwrap(), "[]\n");
}

#[tokio::test]
async fn a_pin_is_shown_only_to_who_asks() {
    let server = open_server().await;
    typed(&server, "rooms add Open --ext 850 --no-pin")
        .await
        .unwrap();
    assert_eq!(
        typed(&server, "rooms pin 850").await.unwrap(),
        "pin  none\n"
    );
    assert_eq!(
        typed(&server, "rooms pin 850 --set 4711").await.unwrap(),
        "pin  4711\n"
    );
    assert!(
        !typed(&server, "rooms show 850")
            .await
            .unwrap()
            .contains("4711")
    );
    assert_eq!(
        typed(&server, "rooms pin 850 --show").await.unwrap(),
        "pin  4711\n"
    );
    assert_eq!(
        typed(&server, "rooms pin 850 --new").await.unwrap(),
        "pin  627184\n"
    );
    assert_eq!(
        typed(&server, "rooms pin 850 --off").await.unwrap(),
        "pin  none\n"
    );
}

#[tokio::test]
async fn an_option_is_set_by_its_name_and_leaves_the_others() {
    let server = open_server().await;
    typed(&server, "rooms add First --ext 850 --set startmuted=yes")
        .await
        .unwrap();
    typed(&server, "rooms set 850 regcontext=one quiet=yes")
        .await
        .unwrap();
    let shown = typed(&server, "rooms set 850 regcontext=two startmuted=")
        .await
        .unwrap();
    assert!(shown.contains("regcontext=two"), "{shown}");
    assert!(shown.contains("quiet=yes"), "{shown}");
    assert!(!shown.contains("startmuted"), "{shown}");
    let wrong = typed(&server, "rooms set 850 timeout=long").await;
    assert!(wrong.unwrap_err().to_string().contains("timeout=long"));
}

#[tokio::test]
async fn a_menu_is_made_from_a_file_tried_and_chosen() {
    let server = open_server().await;
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("desk.menu");
    std::fs::write(&file, "; ours\n*6=toggle_mute\n7=raise_hand,no_op\n").unwrap();
    let file = file.display();
    let made = typed(&server, &format!("menus add desk {file}")).await;
    let made = made.unwrap();
    assert!(made.contains("raise_hand, no_op"), "{made}");
    let listed = typed(&server, "menus ls").await.unwrap();
    assert!(
        listed.contains("modern") && listed.contains("desk"),
        "{listed}"
    );
    std::fs::write(file.to_string(), "7=raise_hnd").unwrap();
    assert_eq!(
        exit(&server, &format!("menus set desk {file}")).await,
        Exit::Refused
    );
    assert_eq!(
        exit(&server, &format!("menus check {file}")).await,
        Exit::Usage
    );
    let again = typed(&server, "menus show desk").await.unwrap();
    assert_eq!(again, made);
    assert_eq!(exit(&server, "menus show other").await, Exit::NotFound);
    typed(&server, "rooms add First --ext 850 --set keypad=asterisk")
        .await
        .unwrap();
    let shown = typed(&server, "rooms set 850 keypad=desk").await.unwrap();
    assert!(shown.contains("keypad            desk\n"), "{shown}");
    assert_eq!(typed(&server, "menus rm desk").await.unwrap(), "removed\n");
}

#[tokio::test]
async fn a_confbridge_file_is_tried_taken_over_and_taken_over_again() {
    let server = open_server().await;
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("confbridge.conf");
    let text = "[leader](!)\ntype=user\nmarked=yes\n#include more.conf\n\
                [boss](leader)\nadmin=yes\npin=4711\n";
    std::fs::write(&file, text).unwrap();
    let more = "[desk]\ntype=menu\n1=toggle_mute\n2=nonsense\n";
    std::fs::write(dir.path().join("more.conf"), more).unwrap();
    let command = format!("import confbridge {}", file.display());
    let tried = typed(&server, &format!("{command} --dry-run"))
        .await
        .unwrap();
    assert!(tried.contains("3 taken, 0 differ, 2 not taken"), "{tried}");
    assert!(
        tried.contains("more.conf:4") && !tried.contains("4711"),
        "{tried}"
    );
    assert!(
        !typed(&server, "profiles ls")
            .await
            .unwrap()
            .contains("boss")
    );

    let made = typed(&server, &command).await.unwrap();
    assert!(made.contains("user profile boss"), "{made}");
    assert!(made.contains("menu desk"), "{made}");
    let shown = typed(&server, "profiles show user boss").await.unwrap();
    assert!(
        shown.contains("marked=yes") && shown.contains("admin=yes"),
        "{shown}"
    );
    assert_eq!(exit(&server, &command).await, Exit::Usage);
    typed(&server, &format!("{command} --replace"))
        .await
        .unwrap();
    assert_eq!(
        typed(&server, "profiles rm user boss").await.unwrap(),
        "removed\n"
    );
    assert_eq!(
        exit(&server, "profiles show user boss").await,
        Exit::NotFound
    );
    assert_eq!(
        exit(&server, "import confbridge /nowhere").await,
        Exit::Usage
    );
}

#[tokio::test]
async fn the_exit_code_says_how_it_ended() {
    let server = open_server().await;
    typed(&server, "rooms add First --ext 850 --set music=none")
        .await
        .unwrap();
    assert_eq!(exit(&server, "rooms show 999").await, Exit::NotFound);
    assert_eq!(
        exit(&server, "rooms add Second --ext 850").await,
        Exit::Conflict
    );
    assert_eq!(
        exit(&server, "rooms add Second --ext 080").await,
        Exit::Usage
    );
    assert_eq!(exit(&server, "playlists rm default").await, Exit::Refused);
    assert_eq!(
        exit(&server, "--server http://127.0.0.1:1 status").await,
        Exit::Usage
    );
    let remote = "--server http://127.0.0.1:1 --token x status";
    assert_eq!(exit(&server, remote).await, Exit::Unreachable);
    let failure = typed(&server, "--data /nowhere status").await.unwrap_err();
    assert_eq!(failure.exit(), Exit::Unreachable);
    assert!(
        failure.to_string().contains("/nowhere/conclave.sock"),
        "{failure}"
    );
    let failure = typed(&server, "rooms add Second --ext 08x")
        .await
        .unwrap_err();
    assert!(failure.to_string().contains("\"08x\""), "{failure}");
    assert_eq!(Exit::Unreachable.code(), 6);
}

#[tokio::test]
async fn another_machine_needs_the_token() {
    let server = open_server().await;
    let token = Token::load_or_create(server.dir.path()).unwrap();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let http = server.http.clone();
    let door = token.clone();
    tokio::spawn(async move { http.serve_tcp(listener, door).await });
    let status = format!(
        "--server http://{address} --token {} status",
        token.reveal()
    );
    assert!(
        typed(&server, &status)
            .await
            .unwrap()
            .contains("participants   2")
    );
    let wrong = format!("--server http://{address} --token nonsense status");
    assert_eq!(exit(&server, &wrong).await, Exit::Refused);
}

#[tokio::test]
async fn a_token_is_made_listed_and_removed_and_the_log_knows() {
    let server = open_server().await;
    let made = typed(
        &server,
        "-o json tokens add Ticket_system --may rooms:read,calls:read --days 7",
    )
    .await
    .unwrap();
    let made: Value = serde_json::from_str(&made).unwrap();
    let (id, secret) = (&made["id"], made["secret"].as_str().unwrap());
    let listed = typed(&server, "tokens ls").await.unwrap();
    assert!(
        listed.contains("Ticket system  the command line"),
        "{listed}"
    );
    assert!(listed.contains("rooms:read calls:read") && !listed.contains(secret));
    let remove = format!("tokens rm {}", id.as_str().unwrap());
    assert_eq!(typed(&server, &remove).await.unwrap(), "removed\n");
    assert_eq!(exit(&server, &remove).await, Exit::NotFound);
    assert_eq!(
        exit(&server, "tokens add x --may rooms:eat").await,
        Exit::Refused
    );
    let log = typed(&server, "audit ls").await.unwrap();
    let actions: Vec<_> = log.lines().skip(1).collect();
    assert_eq!(actions.len(), 2);
    assert!(actions[0].contains("token.deleted") && actions[1].contains("token.created"));
    assert!(!log.contains(secret));
}

#[tokio::test]
async fn users_are_kept_and_a_code_lets_somebody_in() {
    let server = open_server().await;
    let user = |name: &str, role: &str| {
        let body =
            serde_json::json!({"name": name, "role": role, "password": "seven trains to Passau"});
        let server = &server;
        async move { server.json("POST", "/api/v1/users", &body).await.status }
    };
    assert_eq!(user("olga", "owner").await, 201);
    assert_eq!(user("bert", "auditor").await, 201);
    let set = typed(&server, "users set bert --role moderator --name Bertha")
        .await
        .unwrap();
    assert!(set.contains("Bertha  moderator"), "{set}");
    let listed = typed(&server, "users ls").await.unwrap();
    assert_eq!(listed.lines().count(), 3, "{listed}");
    assert_eq!(
        typed(&server, "users rm bertha").await.unwrap(),
        "removed\n"
    );
    assert_eq!(exit(&server, "users rm olga").await, Exit::Conflict);
    assert_eq!(
        exit(&server, "users set olga --role king").await,
        Exit::Refused
    );
    let code = typed(&server, "users code").await.unwrap();
    assert_eq!(code.trim_end().len(), "code  K7QM-2XVB".len(), "{code}");
}

#[tokio::test]
async fn live_commands_ask_for_what_they_say() {
    let server = open_server().await;
    typed(&server, "rooms add First --ext 850").await.unwrap();
    let shown = typed(&server, "live show 850").await.unwrap();
    assert!(
        shown
            .lines()
            .nth(1)
            .unwrap()
            .starts_with("Ann   +491715550889"),
        "{shown}"
    );
    for (line, locked, muted_all) in [
        ("live lock first", Some(true), None),
        ("live unlock 850", Some(false), None),
        ("live mute 850 --all", None, Some(true)),
        ("live unmute 850 --all", None, Some(false)),
    ] {
        typed(&server, line).await.unwrap();
        let Some(Request::SetLive { change, .. }) = server.asked().pop() else {
            panic!("{line} did not ask for it");
        };
        assert_eq!(
            (change.locked, change.muted_all),
            (locked, muted_all),
            "{line}"
        );
    }
    typed(&server, "live mute-others 850 ann").await.unwrap();
    let Some(Request::SetLive { change, .. }) = server.asked().pop() else {
        panic!("not asked");
    };
    assert_eq!(change.muted_all_but.unwrap().as_str(), "ann");
    typed(&server, "live mute 850 ann").await.unwrap();
    let Some(Request::SetParticipant { who, change, .. }) = server.asked().pop() else {
        panic!("not asked");
    };
    assert_eq!((who.as_str(), change.muted), ("ann", Some(true)));
    assert_eq!(exit(&server, "live mute 850 bob").await, Exit::NotFound);
    for (line, volume_db, hand_raised, room) in [
        ("live volume 850 ann -12", Some(-12), None, None),
        ("live hand 850 ann --down", None, Some(false), None),
        ("live move 850 ann 851", None, None, Some("851")),
    ] {
        typed(&server, line).await.unwrap();
        let Some(Request::SetParticipant { change, .. }) = server.asked().pop() else {
            panic!("{line} did not ask for it");
        };
        let to = change.room.as_ref().map(|room| room.as_str());
        let asked = (change.volume_db, change.hand_raised, to);
        assert_eq!(asked, (volume_db, hand_raised, room), "{line}");
    }
    assert_eq!(typed(&server, "live end 850").await.unwrap(), "ended\n");
}

#[tokio::test]
async fn those_at_the_door_are_listed_let_in_and_turned_away() {
    let server = open_server().await;
    typed(&server, "rooms add First --ext 850").await.unwrap();
    let waiting = typed(&server, "live waiting 850").await.unwrap();
    assert!(
        waiting.contains("Bob") && waiting.contains("pin"),
        "{waiting}"
    );
    typed(&server, "live admit 850 bob").await.unwrap();
    assert!(matches!(server.asked().pop(), Some(Request::Admit { .. })));
    typed(&server, "live turn-away 850 bob").await.unwrap();
    let asked = server.asked().pop();
    assert!(matches!(asked, Some(Request::TurnAway { .. })), "{asked:?}");
    typed(&server, "live play 850 room-locked").await.unwrap();
    let asked = server.asked().pop();
    assert!(matches!(asked, Some(Request::Announce { .. })), "{asked:?}");
    let wrong = exit(&server, "live play 850 room-loked").await;
    assert_eq!(wrong, Exit::Refused);
}

#[tokio::test]
async fn files_are_put_into_a_playlist_whatever_their_size() {
    let server = open_server().await;
    let file = server.dir.path().join("long song & more.mp3");
    std::fs::write(&file, vec![1; 5_000_000]).unwrap();
    // The line is cut at spaces; the name keeps its own as `_`.
    let path = file.to_str().unwrap().replace(' ', "_");
    let put = typed(&server, &format!("-o json playlists put jazz {path}"))
        .await
        .unwrap();
    let track: Value = serde_json::from_str(&put).unwrap();
    assert_eq!(track["name"], "long song & more.mp3");
    assert_eq!(track["seconds"], 5_000_000.0);
    let listed = typed(&server, "playlists ls").await.unwrap();
    assert!(listed.contains("long song & more.mp3"), "{listed}");
    assert_eq!(
        exit(&server, "playlists put jazz /nowhere.mp3").await,
        Exit::Failed
    );
    let removed = typed(&server, "playlists rm jazz long_song_&_more.mp3")
        .await
        .unwrap();
    assert_eq!(removed, "removed\n");
}

#[tokio::test]
async fn a_watcher_prints_what_happens_in_its_room() {
    let server = open_server().await;
    typed(&server, "rooms add First --ext 850").await.unwrap();
    let room = typed(&server, "-o json rooms show 850").await.unwrap();
    let room: conclave_api::RoomView = serde_json::from_str(&room).unwrap();
    let place = |id: &str, extension: &str| conclave_api::LiveRef {
        room: id.to_owned(),
        extension: extension.to_owned(),
        title: "x".to_owned(),
    };
    let data = server.dir.path().to_str().unwrap().to_owned();
    let cli = Cli::try_parse_from(["conclave", "--data", &data, "live", "watch", "850"]).unwrap();
    let Command::Client(command) = cli.command else {
        panic!("no client's command");
    };
    let (mut reader, writer) = std::io::pipe().unwrap();
    let options = cli.options.clone();
    let watching = tokio::spawn(async move {
        let mut writer = writer;
        let _ = run(&options, command, &mut writer).await;
    });
    let lines = tokio::task::spawn_blocking(move || {
        let mut line = String::new();
        let mut reader = std::io::BufReader::new(&mut reader);
        std::io::BufRead::read_line(&mut reader, &mut line).unwrap();
        line
    });
    // Whether the watcher is there yet is seen by the figure for listeners.
    while !server
        .get("/metrics")
        .await
        .text
        .contains("conclave_event_streams 1")
    {
        tokio::task::yield_now().await;
    }
    for what in [
        Happening::SessionStarted(place("rm_other", "999")),
        Happening::SessionLocked(place(&room.id, "850")),
    ] {
        let at = UnixMillis(0);
        server.backend.events.publish(Event { at, what });
    }
    let line = lines.await.unwrap();
    assert_eq!(line, "1970-01-01 00:00:00  850    session.locked\n");
    watching.abort();
}

#[tokio::test]
async fn a_webhook_is_added_switched_off_and_removed() {
    let server = open_server().await;
    let added = typed(
        &server,
        "-o json webhooks add http://127.0.0.1:9/in --note Tickets --types room.created",
    )
    .await;
    let added: Value = serde_json::from_str(&added.unwrap()).unwrap();
    assert!(added["secret"].as_str().unwrap().starts_with("whsec_"));
    let listed = typed(&server, "webhooks ls").await.unwrap();
    assert!(
        listed.contains("Tickets  http://127.0.0.1:9/in  on"),
        "{listed}"
    );
    let set = typed(&server, "webhooks set tickets --off --numbers full")
        .await
        .unwrap();
    assert!(
        set.contains("numbers  full\n") && set.contains("state    off\n"),
        "{set}"
    );
    let sent = exit(&server, "webhooks test tickets").await;
    assert_eq!(sent, Exit::Failed);
    let log = typed(&server, "webhooks deliveries Tickets").await.unwrap();
    assert!(log.contains("webhook.test  failed"), "{log}");
    assert_eq!(
        typed(&server, "webhooks rm Tickets").await.unwrap(),
        "removed\n"
    );
    assert_eq!(exit(&server, "webhooks rm Tickets").await, Exit::NotFound);
    let slip = exit(&server, "webhooks add http://a/ --types room.made").await;
    assert_eq!(slip, Exit::Refused);
}

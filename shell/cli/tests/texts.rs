//! Texts that are handed on and texts of strangers, as they are printed.

#![allow(clippy::unwrap_used)] // A test may fail.

#[path = "../../web/tests/common/mod.rs"]
mod common;
mod typing;

use conclave_cli::Exit;
use serde_json::Value;
use typing::{exit, open_server, typed};

#[tokio::test]
async fn a_room_is_invited_to_in_every_form() {
    let server = open_server().await;
    typed(&server, "rooms add Standup --ext 850").await.unwrap();
    let text = typed(&server, "rooms invite 850").await.unwrap();
    assert!(
        text.contains("Standup") && text.contains("627 184"),
        "{text}"
    );
    let german = typed(&server, "rooms invite standup --lang de")
        .await
        .unwrap();
    assert!(german.contains("Telefonkonferenz"), "{german}");
    let html = typed(&server, "rooms invite 850 --as html").await.unwrap();
    assert!(html.starts_with("<!doctype html>"), "{html}");
    let start = "--start 2026-11-24T10:00:00+01:00";
    let event = typed(&server, &format!("rooms invite 850 --as ics {start}"))
        .await
        .unwrap();
    assert!(event.contains("DTSTART:20261124T090000Z\r\n"), "{event}");
    let picture = typed(&server, "rooms invite 850 --as qr").await.unwrap();
    assert!(picture.contains("<svg"), "{picture}");
    let drawn = typed(&server, "rooms invite 850 --as qr-text")
        .await
        .unwrap();
    let columns: Vec<usize> = drawn.lines().map(|line| line.chars().count()).collect();
    assert!(
        columns.len() > 10 && columns.iter().all(|n| *n == columns[0]),
        "{drawn}"
    );
    assert!(
        drawn.contains(['▀', '▄']) && !drawn.contains("627184"),
        "{drawn}"
    );
    let json = typed(&server, "-o json rooms invite 850").await.unwrap();
    let json: Value = serde_json::from_str(&json).unwrap();
    assert_eq!(json["pin"], "627184");
    assert_eq!(
        exit(&server, "rooms invite 850 --lang fr").await,
        Exit::Refused
    );
    assert_eq!(exit(&server, "rooms invite 999").await, Exit::NotFound);
}

#[tokio::test]
async fn a_prompt_is_replaced_by_a_file_and_put_back() {
    let server = open_server().await;
    let listed = typed(&server, "prompts ls pin").await.unwrap();
    assert!(listed.contains("pin-please  en"), "{listed}");
    assert_eq!(
        typed(&server, "prompts ls zebra")
            .await
            .unwrap()
            .lines()
            .count(),
        1
    );
    let file = server.dir.path().join("goodbye.wav");
    std::fs::write(&file, "sound").unwrap();
    let path = file.to_str().unwrap();
    let put = typed(&server, &format!("prompts put goodbye de {path}")).await;
    assert!(put.unwrap().starts_with("replaced ("));
    std::fs::write(&file, "noise").unwrap();
    let put = format!("prompts put goodbye de {path}");
    assert_eq!(exit(&server, &put).await, Exit::Refused);
    assert_eq!(
        exit(&server, "prompts put goodbye fr /dev/null").await,
        Exit::NotFound
    );
    let back = typed(&server, "prompts rm goodbye de").await.unwrap();
    assert_eq!(back, "as it came\n");
}

#[tokio::test]
async fn no_text_of_a_stranger_commands_the_terminal() {
    let server = open_server().await;
    let title = "\u{202e}evil\u{2066}\u{200f}";
    typed(&server, &format!("rooms add {title} --ext 850"))
        .await
        .unwrap();
    for line in [
        "rooms ls",
        "rooms show 850",
        "-o json rooms show 850",
        "rooms invite 850",
    ] {
        let printed = typed(&server, line).await.unwrap();
        assert!(printed.contains("evil"), "{line}");
        let unseen = |c: char| matches!(c, '\u{200f}' | '\u{202e}' | '\u{2066}');
        assert!(!printed.contains(unseen), "{line}: {printed:?}");
    }
    let json = typed(&server, "-o json rooms show 850").await.unwrap();
    let json: Value = serde_json::from_str(&json).unwrap();
    assert_eq!(json["title"], title);
}

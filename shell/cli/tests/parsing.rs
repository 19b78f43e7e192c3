//! What may be typed, as scripts type it.

#![allow(clippy::unwrap_used)] // A test may fail.

use clap::Parser;
use conclave_cli::{Cli, ClientCommand, Command, Format, LiveCommand, RoomsCommand};

fn parse(line: &str) -> Result<Cli, clap::Error> {
    Cli::try_parse_from(line.split(' ').map(|word| word.replace('_', " ")))
}

#[test]
fn the_command_line_is_sound() {
    use clap::CommandFactory;
    Cli::command().debug_assert();
}

#[test]
fn a_server_is_started_as_the_scripts_do() {
    let cli = parse(
        "conclave serve --data /d --sip udp:127.0.0.1:5060 --sip tcp:127.0.0.1:5060 \
         --http 127.0.0.1:8080 --rtp-ports 20000-20099",
    )
    .unwrap();
    assert_eq!(cli.options.data.to_str(), Some("/d"));
    let Command::Serve(serve) = cli.command else {
        panic!("{cli:?}");
    };
    let sip: Vec<_> = serve.sip.iter().map(ToString::to_string).collect();
    assert_eq!(sip, ["udp:127.0.0.1:5060", "tcp:127.0.0.1:5060"]);
    assert_eq!(serve.http, ["127.0.0.1:8080".parse().unwrap()]);
    assert_eq!(
        (serve.rtp_ports.low(), serve.rtp_ports.high()),
        (20_000, 20_099)
    );
}

#[test]
fn options_stand_before_or_after_the_command() {
    for line in [
        "conclave --data /d -o json rooms ls",
        "conclave rooms --data /d -o json ls",
        "conclave rooms ls --data /d -o json",
    ] {
        let cli = parse(line).unwrap();
        assert_eq!(cli.options.data.to_str(), Some("/d"), "{line}");
        assert_eq!(cli.options.output, Format::Json, "{line}");
    }
}

#[test]
fn rooms_and_live_take_what_is_documented() {
    for line in [
        "conclave rooms ls stand",
        "conclave rooms add Daily_sync --ext 801 --pin 4711 --set message=no --set music=none",
        "conclave rooms add Open --no-pin",
        "conclave rooms show 801",
        "conclave rooms set 801 title=New language=de pin=none",
        "conclave rooms rm 801",
        "conclave rooms pin 801",
        "conclave rooms pin 801 --show",
        "conclave rooms pin 801 --set 4711",
        "conclave live ls",
        "conclave live watch",
        "conclave live watch 801",
        "conclave live mute 801 ann",
        "conclave live unmute 801 --all",
        "conclave live remove 801 +49301",
        "conclave live lock 801",
        "conclave live unlock 801",
        "conclave live end 801",
        "conclave calls ls --room 801 --limit 5",
        "conclave calls show ca_1",
        "conclave playlists ls",
        "conclave playlists put jazz a.mp3 b.ogg",
        "conclave playlists rm jazz a.mp3",
        "conclave status",
        "conclave bench --calls 100 --help",
    ] {
        assert!(parse(line).is_ok(), "{line}: {}", parse(line).unwrap_err());
    }
}

#[test]
fn what_contradicts_itself_or_is_unknown_is_wrong_usage() {
    for line in [
        "conclave",
        "conclave rooms",
        "conclave rooms add",
        "conclave rooms add x --pin 4711 --no-pin",
        "conclave rooms set 801",
        "conclave rooms set 801 titel=x",
        "conclave rooms add x --set message=maybe",
        "conclave rooms pin 801 --new --off",
        "conclave live mute 801",
        "conclave live mute 801 ann --all",
        "conclave calls ls --limit 0",
        "conclave serve --sip 5060",
        "conclave serve --rtp-ports 1-2",
        "conclave -o yaml rooms ls",
    ] {
        assert_eq!(parse(line).unwrap_err().exit_code(), 2, "{line}");
    }
}

#[test]
fn a_debug_line_of_what_was_typed_shows_no_setting() {
    for line in [
        "conclave rooms set 801 pin=471147",
        "conclave rooms add x --pin 471147",
        "conclave rooms pin 801 --set 471147",
        "conclave --server pbx --token 471147 status",
    ] {
        let cli = parse(line).unwrap();
        assert!(!format!("{cli:?}").contains("471147"), "{line}");
    }
    let cli = parse("conclave live mute 801 --all").unwrap();
    let Command::Client(ClientCommand::Live(LiveCommand::Mute(whom))) = cli.command else {
        panic!("not parsed as typed");
    };
    assert!(whom.all && whom.who.is_none());
    let cli = parse("conclave rooms rm 801").unwrap();
    let Command::Client(ClientCommand::Rooms(RoomsCommand::Rm { room })) = cli.command else {
        panic!("not parsed as typed");
    };
    assert_eq!(room, "801");
}

#[test]
fn no_password_is_an_argument() {
    for line in [
        "conclave users ls",
        "conclave users add bert --role admin",
        "conclave users set bert --password --role auditor",
        "conclave users code",
        "conclave tokens add x --may rooms:read --may live:read,calls:read --days 30",
        "conclave audit ls --object rm_1 --limit 5",
    ] {
        assert!(parse(line).is_ok(), "{line}");
    }
    for line in [
        "conclave users add bert --role admin --password hunter2",
        "conclave users set bert",
        "conclave users set bert --password=hunter2",
        "conclave tokens add x",
        "conclave tokens add x --may rooms:read --days 0",
    ] {
        assert!(parse(line).is_err(), "{line}");
    }
}

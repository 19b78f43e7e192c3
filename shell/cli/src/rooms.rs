//! `conclave rooms`.

use conclave_api::{PinView, RoomView, Setting};
use hyper::Method;
use serde_json::{Value, json};

use crate::args::PinAction;
use crate::client::{Client, escape};
use crate::invite::invite;
use crate::output::Output;
use crate::settings::{Assignment, assignment, body};
use crate::table::{Table, moment};
use crate::{Failure, RoomsCommand, Secret};

pub(crate) async fn run(
    client: &Client,
    command: RoomsCommand,
    output: &mut Output<'_>,
) -> Result<(), Failure> {
    match command {
        RoomsCommand::Ls { query } => list(client, query, output).await,
        RoomsCommand::Add {
            title,
            ext,
            pin,
            no_pin,
            set,
        } => {
            let body = new_room(
                &title,
                ext.as_deref(),
                pin.as_ref().map(Secret::reveal),
                no_pin,
                set,
            )?;
            let room: RoomView = client.send(Method::POST, "/rooms", &body).await?;
            Ok(output.show(&room, table)?)
        }
        RoomsCommand::Show { room } => {
            let room: RoomView = client.get(&path(&room)).await?;
            Ok(output.show(&room, table)?)
        }
        RoomsCommand::Set { room, settings } => {
            let body = body(settings);
            let room: RoomView = client.send(Method::PATCH, &path(&room), &body).await?;
            Ok(output.show(&room, table)?)
        }
        RoomsCommand::Rm { room } => {
            client.delete(&path(&room)).await?;
            Ok(output.say("removed")?)
        }
        RoomsCommand::Pin { room, action } => pin(client, &room, action, output).await,
        RoomsCommand::Invite(args) => invite(client, args, output).await,
    }
}

pub(crate) fn path(room: &str) -> String {
    format!("/rooms/{}", escape(room))
}

async fn list(
    client: &Client,
    query: Option<String>,
    output: &mut Output<'_>,
) -> Result<(), Failure> {
    let path = match query {
        Some(query) => format!("/rooms?q={}", escape(&query)),
        None => "/rooms".to_owned(),
    };
    let rooms: Vec<RoomView> = client.list(&path, usize::MAX).await?;
    output.show(&rooms, |rooms| {
        let mut table = Table::with_head(&["ext", "title", "pin", "message", "music", "language"]);
        for room in rooms {
            let music = room.music.as_deref().unwrap_or("none");
            let message = yes_or_no(room.message);
            let pin = masked(room);
            table.row([
                &room.extension,
                &room.title,
                &pin,
                message,
                music,
                &room.language,
            ]);
        }
        table
    })?;
    Ok(())
}

fn new_room(
    title: &str,
    ext: Option<&str>,
    pin: Option<&str>,
    no_pin: bool,
    set: Vec<Assignment>,
) -> Result<Value, Failure> {
    let mut settings = vec![assignment(Setting::Title, title).map_err(Failure::Usage)?];
    settings.extend(set);
    for (setting, text) in [(Setting::Extension, ext), (Setting::Pin, pin)] {
        if let Some(text) = text {
            settings.push(assignment(setting, text).map_err(Failure::Usage)?);
        }
    }
    if no_pin {
        settings.push(Assignment::none(Setting::Pin));
    }
    Ok(body(settings))
}

async fn pin(
    client: &Client,
    room: &str,
    action: PinAction,
    output: &mut Output<'_>,
) -> Result<(), Failure> {
    let path = format!("{}/pin", path(room));
    let pin: PinView = match action {
        PinAction { off: true, .. } => {
            client.delete(&path).await?;
            client.get(&path).await?
        }
        PinAction { new: true, .. } => client.send(Method::POST, &path, &json!({})).await?,
        PinAction { set: Some(pin), .. } => {
            let settings = [assignment(Setting::Pin, pin.reveal()).map_err(Failure::Usage)?];
            client.send(Method::POST, &path, &body(settings)).await?
        }
        PinAction { set: None, .. } => client.get(&path).await?,
    };
    output.show(&pin, |pin| {
        let shown = pin.pin.clone().unwrap_or("none".to_owned());
        Table::pairs([("pin", shown)])
    })?;
    Ok(())
}

fn table(room: &RoomView) -> Table {
    Table::pairs([
        ("title", room.title.clone()),
        ("extension", room.extension.clone()),
        ("pin", masked(room)),
        ("message", yes_or_no(room.message).to_owned()),
        ("music", room.music.clone().unwrap_or("none".to_owned())),
        ("language", room.language.clone()),
        ("options", room.options.clone()),
        ("user options", room.user_options.clone()),
        ("keypad", room.keypad.clone()),
        ("moderator keypad", room.moderator_keypad.clone()),
        ("created", format!("{} UTC", moment(&room.created_at))),
        ("version", room.version.to_string()),
        ("id", room.id.clone()),
    ])
}

/// The PIN if the server sent it, which it does once.
fn masked(room: &RoomView) -> String {
    let hidden = if room.pin_set {
        "••••••"
    } else {
        "none"
    };
    room.pin.clone().unwrap_or(hidden.to_owned())
}

fn yes_or_no(flag: bool) -> &'static str {
    if flag { "yes" } else { "no" }
}

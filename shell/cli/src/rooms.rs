//! `conclave rooms`.

use conclave_api::{PinRoleName, PinView, RoomView, Setting};
use hyper::Method;
use serde_json::{Map, Value};

use crate::args::PinAction;
use crate::client::{Client, escape};
use crate::invite::invite;
use crate::output::Output;
use crate::settings::{Assignment, RoomTexts, assignment, body, name_options};
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
            let room = change(client, &room, settings).await?;
            Ok(output.show(&room, table)?)
        }
        RoomsCommand::Rm { room } => {
            client.delete(&path(&room)).await?;
            Ok(output.say("removed")?)
        }
        RoomsCommand::Pin {
            room,
            moderator,
            person,
            role,
            profile,
            no_profile,
            action,
        } => {
            let whose = Whose {
                moderator,
                person,
                role,
                profile: profile.map(Some).or(no_profile.then_some(None)),
            };
            pin(client, &room, whose, action, output).await
        }
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
    Ok(body(settings, &RoomTexts::default()))
}

/// Single options are changed in the room's text as it is; where somebody else changed the room
/// meanwhile, nothing is changed.
async fn change(
    client: &Client,
    room: &str,
    settings: Vec<Assignment>,
) -> Result<RoomView, Failure> {
    if !name_options(&settings) {
        let body = body(settings, &RoomTexts::default());
        return client.send(Method::PATCH, &path(room), &body).await;
    }
    let before: RoomView = client.get(&path(room)).await?;
    let texts = RoomTexts {
        options: before.options,
        user_options: before.user_options,
    };
    let body = body(settings, &texts);
    client.change(&path(room), before.version, &body).await
}

/// Whose PIN is meant, in the words of the API.
struct Whose {
    moderator: bool,
    person: Option<String>,
    role: Option<String>,
    /// `Some(None)`: without.
    profile: Option<Option<String>>,
}

impl Whose {
    fn fields(&self) -> Map<String, Value> {
        let mut fields = Map::new();
        let mut put = |name: &str, value: &str| fields.insert(name.to_owned(), value.into());
        if self.moderator {
            put("of", "moderator");
        }
        if let Some(person) = &self.person {
            put("of", "person");
            put("name", person);
        }
        if let Some(role) = &self.role {
            put("role", role);
        }
        if let Some(profile) = &self.profile {
            fields.insert("profile".to_owned(), profile.clone().into());
        }
        fields
    }

    fn changes_person(&self) -> bool {
        self.role.is_some() || self.profile.is_some()
    }

    fn query(&self) -> String {
        match &self.person {
            Some(person) => format!("?of=person&name={}", escape(person)),
            None if self.moderator => "?of=moderator".to_owned(),
            None => String::new(),
        }
    }
}

async fn pin(
    client: &Client,
    room: &str,
    whose: Whose,
    action: PinAction,
    output: &mut Output<'_>,
) -> Result<(), Failure> {
    let path = format!("{}/pin", path(room));
    let mut fields = whose.fields();
    let pin: PinView = match action {
        PinAction { off: true, .. } => {
            client.delete(&format!("{path}{}", whose.query())).await?;
            client.get(&path).await?
        }
        PinAction { new: true, .. } => {
            fields.insert("pin".to_owned(), Value::Null);
            let body = Value::Object(fields);
            client.send(Method::POST, &path, &body).await?
        }
        PinAction { set: Some(pin), .. } => {
            let settings = [assignment(Setting::Pin, pin.reveal()).map_err(Failure::Usage)?];
            fields.extend(
                body(settings, &RoomTexts::default())
                    .as_object()
                    .cloned()
                    .unwrap_or_default(),
            );
            let body = Value::Object(fields);
            client.send(Method::POST, &path, &body).await?
        }
        PinAction { set: None, .. } if whose.changes_person() => {
            let body = Value::Object(fields);
            client.send(Method::POST, &path, &body).await?
        }
        PinAction { set: None, .. } => client.get(&path).await?,
    };
    output.show(&pin, pins)?;
    Ok(())
}

fn pins(view: &PinView) -> Table {
    let shown = |pin: &Option<String>| pin.clone().unwrap_or("none".to_owned());
    if view.moderator_pin.is_none() && view.personal_pins.is_empty() {
        return Table::pairs([("pin", shown(&view.pin))]);
    }
    let mut table = Table::with_head(&["whose", "role", "pin", "profile"]);
    table.row(["the room", "member", &shown(&view.pin), ""]);
    if view.moderator_pin.is_some() {
        table.row(["moderators", "moderator", &shown(&view.moderator_pin), ""]);
    }
    for one in &view.personal_pins {
        let role = match one.role {
            PinRoleName::Member => "member",
            PinRoleName::Moderator => "moderator",
        };
        let profile = one.profile.as_deref().unwrap_or_default();
        table.row([&one.name, role, &one.pin, profile]);
    }
    table
}

fn table(room: &RoomView) -> Table {
    Table::pairs([
        ("title", room.title.clone()),
        ("extension", room.extension.clone()),
        ("pin", masked(room)),
        (
            "moderator pin",
            set_or_none(room.moderator_pin_set).to_owned(),
        ),
        ("personal pins", room.personal_pins.to_string()),
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

fn set_or_none(is_set: bool) -> &'static str {
    if is_set { "••••••" } else { "none" }
}

fn yes_or_no(flag: bool) -> &'static str {
    if flag { "yes" } else { "no" }
}

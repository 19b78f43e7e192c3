//! `conclave live`.

use conclave_api::{
    LiveView, NowView, Page, ParticipantView, PinRoleName, WaitingStep, WaitingView,
};
use hyper::Method;
use serde_json::{Value, json};

use crate::args::Whom;
use crate::client::{Client, escape};
use crate::output::Output;
use crate::table::{Table, moment};
use crate::{Failure, LiveCommand, RecordAction, rooms, watch};

pub(crate) async fn run(
    client: &Client,
    command: LiveCommand,
    output: &mut Output<'_>,
) -> Result<(), Failure> {
    match command {
        LiveCommand::Ls => list(client, output).await,
        LiveCommand::Show { room } => {
            let live: LiveView = client.get(&path(&room)).await?;
            Ok(output.show(&live, participants)?)
        }
        LiveCommand::Watch { room } => watch::watch(client, room.as_deref(), output).await,
        LiveCommand::Mute(whom) => mute(client, &whom, true, output).await,
        LiveCommand::Unmute(whom) => mute(client, &whom, false, output).await,
        LiveCommand::MuteOthers { room, who } => {
            set(client, &room, json!({"muted_all_but": who}), output).await
        }
        LiveCommand::Remove { room, who } => {
            client.delete(&participant(&room, &who)).await?;
            Ok(output.say("removed")?)
        }
        LiveCommand::Rename { room, who, name } => {
            change(client, &room, &who, json!({"name": name}), output).await
        }
        LiveCommand::Volume { room, who, db } => {
            change(client, &room, &who, json!({"volume_db": db}), output).await
        }
        LiveCommand::Hand { room, who, down } => {
            change(client, &room, &who, json!({"hand_raised": !down}), output).await
        }
        LiveCommand::Move { room, who, to } => {
            change(client, &room, &who, json!({"room": to}), output).await
        }
        LiveCommand::Waiting { room } => {
            let path = format!("{}/waiting", path(&room));
            let waiting: Page<WaitingView> = client.get(&path).await?;
            Ok(output.show(&waiting.items, |waiting| at_door(waiting))?)
        }
        LiveCommand::Admit { room, who } => {
            let body = json!({"admitted": true});
            client
                .tell(Method::PATCH, &caller(&room, &who), &body)
                .await?;
            Ok(output.say("on the way in")?)
        }
        LiveCommand::TurnAway { room, who } => {
            client.delete(&caller(&room, &who)).await?;
            Ok(output.say("turned away")?)
        }
        LiveCommand::Play { room, prompt } => {
            let path = format!("{}/announcements", path(&room));
            let body = json!({"prompt": prompt});
            client.tell(Method::POST, &path, &body).await?;
            Ok(output.say("playing")?)
        }
        LiveCommand::Lock { room } => set(client, &room, json!({"locked": true}), output).await,
        LiveCommand::Unlock { room } => set(client, &room, json!({"locked": false}), output).await,
        LiveCommand::Record { action, room } => {
            let on = match action {
                RecordAction::Start => true,
                RecordAction::Stop => false,
            };
            set(client, &room, json!({"recording": on}), output).await
        }
        LiveCommand::End { room } => {
            client.delete(&path(&room)).await?;
            Ok(output.say("ended")?)
        }
    }
}

async fn list(client: &Client, output: &mut Output<'_>) -> Result<(), Failure> {
    let now: NowView = client.get("/live").await?;
    output.show(&now, |now| {
        let head = [
            "ext",
            "title",
            "people",
            "at the door",
            "since (UTC)",
            "locked",
        ];
        let mut table = Table::with_head(&head);
        for room in &now.items {
            let people = room.participants.len().to_string();
            let waiting = room.waiting.len().to_string();
            let since = room.started_at.as_deref().map(moment).unwrap_or_default();
            let locked = if room.locked { "locked" } else { "" };
            table.row([
                &room.extension,
                &room.title,
                &people,
                &waiting,
                &since,
                locked,
            ]);
        }
        table
    })?;
    Ok(())
}

async fn mute(
    client: &Client,
    whom: &Whom,
    muted: bool,
    output: &mut Output<'_>,
) -> Result<(), Failure> {
    let Some(who) = &whom.who else {
        return set(client, &whom.room, json!({"muted_all": muted}), output).await;
    };
    change(client, &whom.room, who, json!({"muted": muted}), output).await
}

async fn change(
    client: &Client,
    room: &str,
    who: &str,
    body: Value,
    output: &mut Output<'_>,
) -> Result<(), Failure> {
    let path = participant(room, who);
    let participant: ParticipantView = client.send(Method::PATCH, &path, &body).await?;
    output.show(&participant, |one| rows(std::slice::from_ref(one)))?;
    Ok(())
}

async fn set(
    client: &Client,
    room: &str,
    change: Value,
    output: &mut Output<'_>,
) -> Result<(), Failure> {
    let live: LiveView = client.send(Method::PATCH, &path(room), &change).await?;
    Ok(output.show(&live, participants)?)
}

pub(crate) fn path(room: &str) -> String {
    format!("{}/live", rooms::path(room))
}

pub(crate) fn participant(room: &str, who: &str) -> String {
    format!("{}/participants/{}", path(room), escape(who))
}

pub(crate) fn caller(room: &str, who: &str) -> String {
    format!("{}/waiting/{}", path(room), escape(who))
}

fn at_door(waiting: &[WaitingView]) -> Table {
    let mut table = Table::with_head(&["name", "number", "since (UTC)", "step", "id"]);
    for one in waiting {
        let name = one.name.as_deref().unwrap_or("");
        let step = match one.step {
            WaitingStep::Pin => "pin",
            WaitingStep::Name => "name",
            WaitingStep::Entering => "entering",
            WaitingStep::Leader => "leader",
        };
        table.row([name, &one.number, &moment(&one.since), step, &one.id]);
    }
    table
}

fn participants(live: &LiveView) -> Table {
    rows(&live.participants)
}

fn rows(participants: &[ParticipantView]) -> Table {
    let mut table = Table::with_head(&[
        "name",
        "number",
        "since (UTC)",
        "role",
        "state",
        "codec",
        "encrypted",
        "id",
    ]);
    for one in participants {
        let name = one.name.as_deref().unwrap_or("");
        let codec = one.codec.as_deref().unwrap_or("");
        let encrypted = one.encryption.as_deref().unwrap_or("no");
        let states = [
            (one.muted, "muted"),
            (one.held, "on hold"),
            (one.talking, "talking"),
            (one.hand_raised_at.is_some(), "hand raised"),
        ];
        let states = states
            .into_iter()
            .filter(|(is, _)| *is)
            .map(|(_, state)| state);
        let state = states.collect::<Vec<_>>().join(", ");
        table.row([
            name,
            &one.number,
            &moment(&one.joined_at),
            role(one),
            &state,
            codec,
            encrypted,
            &one.id,
        ]);
    }
    table
}

fn role(one: &ParticipantView) -> &'static str {
    match (one.role, one.leader) {
        (PinRoleName::Moderator, true) => "moderator, leader",
        (PinRoleName::Moderator, false) => "moderator",
        (PinRoleName::Member, true) => "leader",
        (PinRoleName::Member, false) => "",
    }
}

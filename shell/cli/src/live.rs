//! `conclave live`.

use conclave_api::{LiveView, Page, ParticipantView};
use hyper::Method;
use serde_json::{Value, json};

use crate::args::Whom;
use crate::client::{Client, escape};
use crate::output::Output;
use crate::table::{Table, moment};
use crate::{Failure, LiveCommand, rooms, watch};

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
        LiveCommand::Remove { room, who } => {
            client.delete(&participant(&room, &who)).await?;
            Ok(output.say("removed")?)
        }
        LiveCommand::Lock { room } => set(client, &room, json!({"locked": true}), output).await,
        LiveCommand::Unlock { room } => set(client, &room, json!({"locked": false}), output).await,
        LiveCommand::End { room } => {
            client.delete(&path(&room)).await?;
            Ok(output.say("ended")?)
        }
    }
}

async fn list(client: &Client, output: &mut Output<'_>) -> Result<(), Failure> {
    let live: Page<LiveView> = client.get("/live").await?;
    output.show(&live.items, |rooms| {
        let mut table = Table::with_head(&["ext", "title", "people", "since (UTC)", "locked"]);
        for room in rooms {
            let people = room.participants.len().to_string();
            let since = room.started_at.as_deref().map(moment).unwrap_or_default();
            let locked = if room.locked { "locked" } else { "" };
            table.row([&room.extension, &room.title, &people, &since, locked]);
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
    let path = participant(&whom.room, who);
    let body = json!({"muted": muted});
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

fn path(room: &str) -> String {
    format!("{}/live", rooms::path(room))
}

fn participant(room: &str, who: &str) -> String {
    format!("{}/participants/{}", path(room), escape(who))
}

fn participants(live: &LiveView) -> Table {
    rows(&live.participants)
}

fn rows(participants: &[ParticipantView]) -> Table {
    let mut table = Table::with_head(&["name", "number", "since (UTC)", "state", "codec", "id"]);
    for one in participants {
        let name = one.name.as_deref().unwrap_or("");
        let codec = one.codec.as_deref().unwrap_or("");
        let states = [
            (one.muted, "muted"),
            (one.held, "on hold"),
            (one.talking, "talking"),
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
            &state,
            codec,
            &one.id,
        ]);
    }
    table
}

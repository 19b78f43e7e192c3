//! `conclave live watch`: follows the events, also over a restart of the server.

use std::time::Duration;

use conclave_api::{NumberedEvent, RoomView, clean};
use http_body_util::BodyExt;
use serde_json::Value;
use tokio::time::sleep;

use crate::Failure;
use crate::client::Client;
use crate::event_stream::EventStream;
use crate::output::Output;
use crate::rooms;
use crate::table::moment;

/// Prints until interrupted, or until the server stays away.
pub(crate) async fn watch(
    client: &Client,
    room: Option<&str>,
    output: &mut Output<'_>,
) -> Result<(), Failure> {
    let room = match room {
        Some(room) => Some(client.get::<RoomView>(&rooms::path(room)).await?.id),
        None => None,
    };
    let mut last_id = None;
    follow(client, room.as_deref(), &mut last_id, output).await?;
    let mut failures = 0;
    loop {
        sleep(PAUSE).await;
        let before = last_id;
        match follow(client, room.as_deref(), &mut last_id, output).await {
            Err(Failure::Unreachable(_)) if failures < FAILURES_MAX => failures += 1,
            Err(failure) => return Err(failure),
            Ok(()) => failures = 0,
        }
        if last_id != before {
            failures = 0;
        }
    }
}

/// One connection, until it ends.
async fn follow(
    client: &Client,
    room: Option<&str>,
    last_id: &mut Option<u64>,
    output: &mut Output<'_>,
) -> Result<(), Failure> {
    let mut body = client.stream("/events", *last_id).await?;
    let mut events = EventStream::default();
    while let Some(Ok(frame)) = body.frame().await {
        let Some(piece) = frame.data_ref() else {
            continue;
        };
        for data in events.push(piece) {
            print(&data, room, last_id, output)?;
        }
    }
    Ok(())
}

fn print(
    data: &str,
    room: Option<&str>,
    last_id: &mut Option<u64>,
    output: &mut Output<'_>,
) -> Result<(), Failure> {
    // A newer server may tell of more than this program knows: then the text is all there is.
    let Ok(event) = serde_json::from_str::<Value>(data) else {
        return Ok(());
    };
    *last_id = event["id"].as_u64().or(*last_id);
    let concerns = |id: &str| event["data"]["room"] == id || event["data"]["id"] == id;
    if room.is_some_and(|id| !concerns(id)) && event["type"] != "gap" {
        return Ok(());
    }
    let sentence = match serde_json::from_str::<NumberedEvent>(data) {
        Ok(_) => sentence(&event),
        Err(_) => clean(data),
    };
    Ok(output.line(&event, &sentence)?)
}

fn sentence(event: &Value) -> String {
    let text = |value: &Value| value.as_str().map(clean).unwrap_or_default();
    let data = &event["data"];
    let time = moment(&text(&event["time"]));
    let place = text(&data["extension"]);
    let person = &data["participant"];
    let who = match (text(&person["name"]), text(&person["number"])) {
        (name, number) if name.is_empty() => number,
        (name, number) => format!("{name} ({number})"),
    };
    let who = if who.is_empty() {
        text(&data["from_number"])
    } else {
        who
    };
    let line = format!("{time}  {place:<6} {:<30} {who}", text(&event["type"]));
    line.trim_end().to_owned()
}

const PAUSE: Duration = Duration::from_secs(2);
/// With the pause between them: a restart takes less than this.
const FAILURES_MAX: u32 = 15;

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn an_event_is_one_line_with_place_and_person() {
        let event = json!({
            "id": 1, "time": "2026-11-05T09:30:00.000Z", "type": "participant.joined",
            "data": {"room": "rm", "extension": "801", "title": "Standup",
                     "participant": {"name": "Ann\u{1b}", "number": "+49301"}},
        });
        let line = "2026-11-05 09:30:00  801    participant.joined             Ann? (+49301)";
        assert_eq!(sentence(&event), line);
    }
}

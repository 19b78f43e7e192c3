//! `conclave calls`.

use conclave_api::CallView;

use crate::client::{Client, escape};
use crate::output::Output;
use crate::status::duration;
use crate::table::{Table, moment};
use crate::{CallsCommand, Failure};

pub(crate) async fn run(
    client: &Client,
    command: CallsCommand,
    output: &mut Output<'_>,
) -> Result<(), Failure> {
    match command {
        CallsCommand::Ls { room, limit } => {
            let path = match room {
                Some(room) => format!("/calls?room={}", escape(&room)),
                None => "/calls".to_owned(),
            };
            let count_max = usize::try_from(limit).unwrap_or(usize::MAX);
            let calls: Vec<CallView> = client.list(&path, count_max).await?;
            Ok(output.show(&calls, list)?)
        }
        CallsCommand::Show { call } => {
            let call: CallView = client.get(&format!("/calls/{}", escape(&call))).await?;
            Ok(output.show(&call, table)?)
        }
    }
}

fn list(calls: &Vec<CallView>) -> Table {
    let head = [
        "started (UTC)",
        "from",
        "dialled",
        "room",
        "for",
        "end",
        "id",
    ];
    let mut table = Table::with_head(&head);
    for call in calls {
        let room = call.room_title.as_deref().unwrap_or("");
        let lasted = duration(call.duration_seconds);
        let started = moment(&call.started_at);
        let from = &call.from_number;
        table.row([
            &started,
            from,
            &call.dialled,
            room,
            &lasted,
            &call.end,
            &call.id,
        ]);
    }
    table
}

fn table(call: &CallView) -> Table {
    let optional = |text: &Option<String>| text.clone().unwrap_or_default();
    let optional_moment = |time: &Option<String>| time.as_deref().map(moment).unwrap_or_default();
    Table::pairs([
        ("from", call.from_number.clone()),
        ("name", optional(&call.from_name)),
        ("dialled", call.dialled.clone()),
        ("room", optional(&call.room_title)),
        ("end", call.end_sentence.clone()),
        ("started (UTC)", moment(&call.started_at)),
        ("answered", optional_moment(&call.answered_at)),
        ("joined", optional_moment(&call.joined_at)),
        ("ended", moment(&call.ended_at)),
        ("wrong PINs", call.pins_wrong.to_string()),
        ("codec", optional(&call.codec)),
        (
            "packets",
            format!(
                "{} received, {} lost",
                call.packets_received, call.packets_lost
            ),
        ),
        ("jitter", format!("{:.1} ms at most", call.jitter_max_ms)),
        (
            "came from",
            format!("{} by {}", call.remote, call.transport),
        ),
        ("Call-ID", call.sip_call_id.clone()),
        ("id", call.id.clone()),
    ])
}

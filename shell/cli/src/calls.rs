//! `conclave calls`.

use conclave_api::{CallDetails, CallTrace, CallView, ReceptionView};

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
        CallsCommand::Ls {
            room,
            number,
            from,
            to,
            problems,
            limit,
        } => {
            let problem = problems.then(|| "true".to_owned());
            let path = path_of([
                ("room", room),
                ("number", number),
                ("from", from),
                ("to", to),
                ("problem", problem),
            ]);
            let count_max = usize::try_from(limit).unwrap_or(usize::MAX);
            let calls: Vec<CallView> = client.list(&path, count_max).await?;
            Ok(output.show(&calls, list)?)
        }
        CallsCommand::Show { call } => {
            let call: CallDetails = client.get(&format!("/calls/{}", escape(&call))).await?;
            Ok(output.show(&call, table)?)
        }
        CallsCommand::Trace { call } => {
            let path = format!("/calls/{}/trace", escape(&call));
            let trace: CallTrace = client.get(&path).await?;
            Ok(output.show(&trace, ladder)?)
        }
    }
}

fn path_of<const N: usize>(filters: [(&str, Option<String>); N]) -> String {
    let given = filters.into_iter().filter_map(|(name, value)| {
        let value = value?;
        Some(format!("{name}={}", escape(&value)))
    });
    let query = given.collect::<Vec<_>>().join("&");
    if query.is_empty() {
        "/calls".to_owned()
    } else {
        format!("/calls?{query}")
    }
}

fn list(calls: &Vec<CallView>) -> Table {
    let head = [
        "started (UTC)",
        "from",
        "dialled",
        "room",
        "for",
        "verdict",
        "id",
    ];
    let mut table = Table::with_head(&head);
    for call in calls {
        let room = call.room_title.as_deref().unwrap_or("");
        let lasted = duration(call.duration_seconds);
        let started = moment(&call.started_at);
        let from = &call.from_number;
        let mark = if call.verdict.problem { "! " } else { "" };
        let verdict = format!("{mark}{}", call.verdict.outcome);
        table.row([
            &started,
            from,
            &call.dialled,
            room,
            &lasted,
            &verdict,
            &call.id,
        ]);
    }
    table
}

fn table(details: &CallDetails) -> Table {
    let call = &details.call;
    let optional = |text: &Option<String>| text.clone().unwrap_or_default();
    let optional_moment = |time: &Option<String>| time.as_deref().map(moment).unwrap_or_default();
    let steps = details.timeline.iter().enumerate().map(|(at, step)| {
        let seconds = step.after_ms as f64 / 1_000.0;
        let name = if at == 0 { "what happened" } else { "" };
        (name, format!("{seconds:.1} s: {}", step.sentence))
    });
    let facts = [
        ("verdict", call.verdict.sentence.clone()),
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
        ("encrypted", encryption(call)),
        ("from caller", reception(&call.quality.from_caller)),
        ("to caller", reception(&call.quality.to_caller)),
        (
            "came from",
            format!("{} by {}", call.remote, call.transport),
        ),
        ("Call-ID", call.sip_call_id.clone()),
        ("id", call.id.clone()),
    ];
    Table::pairs(facts.into_iter().chain(steps))
}

fn encryption(call: &CallView) -> String {
    let how = call.encryption.as_deref().unwrap_or("no");
    match &call.encryption_note {
        Some(note) => format!("{how} ({note})"),
        None => how.to_owned(),
    }
}

fn reception(heard: &ReceptionView) -> String {
    match (heard.lost_percent, heard.jitter_max_ms) {
        (Some(lost), Some(jitter)) => format!(
            "{}: {lost:.1} % lost, jitter {jitter:.1} ms at most",
            heard.sound
        ),
        (None, _) | (_, None) => heard.sound.clone(),
    }
}

fn ladder(trace: &CallTrace) -> Table {
    let mut table = Table::with_head(&["time (UTC)", "", "by", "peer", "message"]);
    for message in &trace.messages {
        let arrow = if message.direction == "in" {
            "->"
        } else {
            "<-"
        };
        table.row([
            &message.time,
            arrow,
            &message.transport,
            &message.remote,
            &message.first_line,
        ]);
    }
    table
}

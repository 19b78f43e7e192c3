//! `conclave audit`.

use conclave_api::AuditView;

use crate::client::{Client, escape};
use crate::output::Output;
use crate::table::{Table, moment};
use crate::{AuditCommand, Failure};

pub(crate) async fn run(
    client: &Client,
    command: AuditCommand,
    output: &mut Output<'_>,
) -> Result<(), Failure> {
    let AuditCommand::Ls { object, limit } = command;
    let path = match object {
        Some(object) => format!("/audit?object={}", escape(&object)),
        None => "/audit".to_owned(),
    };
    let count_max = usize::try_from(limit).unwrap_or(usize::MAX);
    let lines: Vec<AuditView> = client.list(&path, count_max).await?;
    Ok(output.show(&lines, table)?)
}

fn table(lines: &Vec<AuditView>) -> Table {
    let head = ["time (UTC)", "who", "from", "action", "object", "detail"];
    let mut table = Table::with_head(&head);
    for line in lines {
        let time = moment(&line.time);
        let address = line.address.as_deref().unwrap_or("");
        table.row([
            &time,
            &line.name,
            address,
            &line.action,
            &line.object,
            &line.detail,
        ]);
    }
    table
}

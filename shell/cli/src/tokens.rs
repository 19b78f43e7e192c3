//! `conclave tokens`.

use std::time::{Duration, SystemTime};

use conclave_api::{NewTokenView, Page, PermissionName, TokenView, rfc3339};
use conclave_model::UnixMillis;
use hyper::Method;
use serde_json::{Value, json};

use crate::client::{Client, escape};
use crate::output::Output;
use crate::table::{Table, moment};
use crate::{Failure, TokensCommand};

pub(crate) async fn run(
    client: &Client,
    command: TokensCommand,
    output: &mut Output<'_>,
) -> Result<(), Failure> {
    match command {
        TokensCommand::Ls => {
            let tokens: Page<TokenView> = client.get("/tokens").await?;
            Ok(output.show(&tokens.items, list)?)
        }
        TokensCommand::Add { name, may, days } => {
            let expires_at = days.map(in_days);
            let body = json!({"name": name, "permissions": may, "expires_at": expires_at});
            let made: NewTokenView = client.send(Method::POST, "/tokens", &body).await?;
            let shown = |made: &NewTokenView| {
                Table::pairs([
                    ("secret", made.secret.clone()),
                    ("may", permissions(&made.token)),
                    ("until", until(&made.token)),
                    ("id", made.token.id.clone()),
                ])
            };
            Ok(output.show(&made, shown)?)
        }
        TokensCommand::Rm { id } => {
            client.delete(&format!("/tokens/{}", escape(&id))).await?;
            Ok(output.say("removed")?)
        }
    }
}

fn list(tokens: &Vec<TokenView>) -> Table {
    let head = ["name", "made by", "used (UTC)", "until (UTC)", "id", "may"];
    let mut table = Table::with_head(&head);
    for token in tokens {
        let used = token.used_at.as_deref().map(moment).unwrap_or_default();
        let (until, may) = (until(token), permissions(token));
        table.row([
            &token.name,
            &token.created_by,
            &used,
            &until,
            &token.id,
            &may,
        ]);
    }
    table
}

fn until(token: &TokenView) -> String {
    let moment = token.expires_at.as_deref().map(moment);
    moment.unwrap_or_else(|| "removed".to_owned())
}

fn permissions(token: &TokenView) -> String {
    let names = token.permissions.iter().map(name);
    names.collect::<Vec<_>>().join(" ")
}

fn name(permission: &PermissionName) -> String {
    match serde_json::to_value(permission) {
        Ok(Value::String(name)) => name,
        Ok(_) | Err(_) => String::new(),
    }
}

fn in_days(days: u32) -> String {
    let end = SystemTime::now() + Duration::from_secs(u64::from(days) * 24 * 60 * 60);
    let since = end.duration_since(SystemTime::UNIX_EPOCH);
    let millis = since.map_or(0, |since| since.as_millis());
    rfc3339(UnixMillis(u64::try_from(millis).unwrap_or(u64::MAX)))
}

//! `conclave users`.

use conclave_api::{CodeView, Page, UserView};
use conclave_model::Role;
use hyper::Method;
use serde_json::json;

use crate::access_args::UserSettings;
use crate::client::{Client, escape};
use crate::output::Output;
use crate::password::read_password;
use crate::table::{Table, moment};
use crate::{Failure, UsersCommand};

pub(crate) async fn run(
    client: &Client,
    command: UsersCommand,
    output: &mut Output<'_>,
) -> Result<(), Failure> {
    match command {
        UsersCommand::Ls => {
            let users: Page<UserView> = client.get("/users").await?;
            Ok(output.show(&users.items, table)?)
        }
        UsersCommand::Add { name, role } => {
            let password = read_password()?;
            let body = json!({"name": name, "role": role, "password": password.reveal()});
            let user: UserView = client.send(Method::POST, "/users", &body).await?;
            Ok(output.show(&vec![user], table)?)
        }
        UsersCommand::Set { user, change } => set(client, &user, change, output).await,
        UsersCommand::Rm { user, keep_tokens } => {
            let tokens = if keep_tokens { "keep" } else { "remove" };
            let path = format!("/users/{}?tokens={tokens}", escape(&user));
            client.delete(&path).await?;
            Ok(output.say("removed")?)
        }
        UsersCommand::Code => {
            let made: CodeView = client
                .send(Method::POST, "/session/code", &json!({}))
                .await?;
            let table = |made: &CodeView| Table::pairs([("code", made.code.clone())]);
            Ok(output.show(&made, table)?)
        }
    }
}

async fn set(
    client: &Client,
    user: &str,
    change: UserSettings,
    output: &mut Output<'_>,
) -> Result<(), Failure> {
    let mut body = serde_json::Map::new();
    if let Some(name) = change.name {
        body.insert("name".to_owned(), name.into());
    }
    if let Some(role) = change.role {
        body.insert("role".to_owned(), role.into());
    }
    if change.password {
        let password = read_password()?;
        body.insert("password".to_owned(), password.reveal().into());
    }
    let path = format!("/users/{}", escape(user));
    let user: UserView = client.send(Method::PATCH, &path, &body.into()).await?;
    Ok(output.show(&vec![user], table)?)
}

fn table(users: &Vec<UserView>) -> Table {
    let mut table = Table::with_head(&["name", "role", "signed in (UTC)", "id"]);
    for user in users {
        let signed_in = user.signed_in_at.as_deref().map(moment).unwrap_or_default();
        let role = Role::from(user.role).name();
        table.row([&user.name, role, &signed_in, &user.id]);
    }
    table
}

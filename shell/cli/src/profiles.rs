//! `conclave profiles`.

use conclave_api::{Page, ProfileKind, ProfileView};
use hyper::Method;
use serde_json::json;

use crate::Failure;
use crate::client::{Client, escape};
use crate::menus::text_of;
use crate::output::Output;
use crate::profile_args::{ProfileKindArg, ProfilesCommand};
use crate::table::Table;

pub(crate) async fn run(
    client: &Client,
    command: ProfilesCommand,
    output: &mut Output<'_>,
) -> Result<(), Failure> {
    match command {
        ProfilesCommand::Ls => {
            let page: Page<ProfileView> = client.get("/profiles").await?;
            Ok(output.show(&page.items, table)?)
        }
        ProfilesCommand::Show { kind, profile } => {
            let profile: ProfileView = client.get(&path(kind.into(), &profile)).await?;
            Ok(output.show(&profile, lines)?)
        }
        ProfilesCommand::Add {
            kind,
            profile,
            file,
        } => {
            let kind: ProfileKind = kind.into();
            let body = json!({"kind": kind, "name": profile, "text": text_of(&file)?});
            let profile: ProfileView = client.send(Method::POST, "/profiles", &body).await?;
            Ok(output.show(&profile, lines)?)
        }
        ProfilesCommand::Set {
            kind,
            profile,
            file,
        } => {
            let body = json!({"text": text_of(&file)?});
            let path = path(kind.into(), &profile);
            let profile: ProfileView = client.send(Method::PATCH, &path, &body).await?;
            Ok(output.show(&profile, lines)?)
        }
        ProfilesCommand::Rename {
            kind,
            profile,
            name,
        } => {
            let path = path(kind.into(), &profile);
            let body = json!({"name": name});
            let profile: ProfileView = client.send(Method::PATCH, &path, &body).await?;
            Ok(output.show(&profile, lines)?)
        }
        ProfilesCommand::Rm { kind, profile } => {
            client.delete(&path(kind.into(), &profile)).await?;
            Ok(output.say("removed")?)
        }
    }
}

pub(crate) fn path(kind: ProfileKind, profile: &str) -> String {
    format!("/profiles/{}/{}", kind.name(), escape(profile))
}

fn table(profiles: &Vec<ProfileView>) -> Table {
    let mut table = Table::with_head(&["kind", "name", "lines", "rooms"]);
    for profile in profiles {
        let rooms: Vec<&str> = profile.rooms.iter().map(|room| &*room.extension).collect();
        let lines = profile.text.lines().count().to_string();
        table.row([profile.kind.name(), &profile.name, &lines, &rooms.join(" ")]);
    }
    table
}

fn lines(profile: &ProfileView) -> Table {
    let mut table = Table::with_head(&["line", "option"]);
    for (index, line) in profile.text.lines().enumerate() {
        table.row([&(index + 1).to_string(), line]);
    }
    table
}

impl From<ProfileKindArg> for ProfileKind {
    fn from(kind: ProfileKindArg) -> Self {
        match kind {
            ProfileKindArg::Bridge => ProfileKind::Bridge,
            ProfileKindArg::User => ProfileKind::User,
        }
    }
}

//! `conclave menus`.

use std::io::Read;
use std::path::Path;

use conclave_api::{MenuCheckView, MenuView, OptionLineView, OptionStatus, Page};
use conclave_model::limits;
use hyper::Method;
use serde_json::json;

use crate::client::{Client, escape};
use crate::output::Output;
use crate::table::Table;
use crate::{Failure, MenusCommand};

pub(crate) async fn run(
    client: &Client,
    command: MenusCommand,
    output: &mut Output<'_>,
) -> Result<(), Failure> {
    match command {
        MenusCommand::Ls => {
            let page: Page<MenuView> = client.get("/menus").await?;
            Ok(output.show(&page.items, table)?)
        }
        MenusCommand::Show { menu } => {
            let menu: MenuView = client.get(&path(&menu)).await?;
            Ok(output.show(&menu, entries)?)
        }
        MenusCommand::Add { menu, file } => {
            let body = json!({"name": menu, "text": text_of(&file)?});
            let menu: MenuView = client.send(Method::POST, "/menus", &body).await?;
            Ok(output.show(&menu, entries)?)
        }
        MenusCommand::Set { menu, file } => {
            let body = json!({"text": text_of(&file)?});
            let menu: MenuView = client.send(Method::PATCH, &path(&menu), &body).await?;
            Ok(output.show(&menu, entries)?)
        }
        MenusCommand::Rename { menu, name } => {
            let body = json!({"name": name});
            let menu: MenuView = client.send(Method::PATCH, &path(&menu), &body).await?;
            Ok(output.show(&menu, entries)?)
        }
        MenusCommand::Check { file } => {
            let body = json!({"text": text_of(&file)?});
            let said: MenuCheckView = client.send(Method::POST, "/menus/check", &body).await?;
            output.show(&said.lines, lines)?;
            if said.accepted {
                Ok(())
            } else {
                Err(Failure::Usage("this is no menu yet".to_owned()))
            }
        }
        MenusCommand::Rm { menu } => {
            client.delete(&path(&menu)).await?;
            Ok(output.say("removed")?)
        }
    }
}

fn path(menu: &str) -> String {
    format!("/menus/{}", escape(menu))
}

/// One byte more than a menu may have is enough for the server to refuse it.
pub(crate) fn text_of(file: &Path) -> Result<String, Failure> {
    let most = limits::OPTIONS_BYTES as u64 + 1;
    let mut text = String::new();
    let read = if file == Path::new("-") {
        std::io::stdin().take(most).read_to_string(&mut text)
    } else {
        let opened = std::fs::File::open(file);
        opened.and_then(|file| file.take(most).read_to_string(&mut text))
    };
    let why = |error| Failure::Usage(format!("{}: {error}", file.display()));
    read.map_err(why)?;
    Ok(text)
}

fn table(menus: &Vec<MenuView>) -> Table {
    let mut table = Table::with_head(&["name", "kind", "sequences", "rooms"]);
    for menu in menus {
        let kind = if menu.preset { "preset" } else { "own" };
        let rooms: Vec<&str> = menu.rooms.iter().map(|room| &*room.extension).collect();
        let sequences = menu.entries.len().to_string();
        table.row([&menu.name, kind, &sequences, &rooms.join(" ")]);
    }
    table
}

fn entries(menu: &MenuView) -> Table {
    let mut table = Table::with_head(&["keys", "actions"]);
    for entry in &menu.entries {
        table.row([&entry.keys, &entry.actions.join(", ")]);
    }
    table
}

fn lines(lines: &Vec<OptionLineView>) -> Table {
    let mut table = Table::with_head(&["line", "keys", "state", "applied as"]);
    for line in lines {
        let state = match line.status {
            OptionStatus::InEffect => "in effect",
            OptionStatus::Kept => "kept",
            OptionStatus::NoEffect => "no effect",
            OptionStatus::Conflict => "conflict",
            OptionStatus::SaidAgain => "said again",
            OptionStatus::Unknown => "unknown",
            OptionStatus::Wrong => "wrong",
            OptionStatus::Refused => "refused",
        };
        table.row([&line.line.to_string(), &line.key, state, &line.applied_as]);
    }
    table
}

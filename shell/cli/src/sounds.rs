//! `conclave sounds`.

use std::path::PathBuf;

use clap::Subcommand;
use conclave_api::{Page, SoundView};
use hyper::Method;
use serde_json::json;

use crate::Failure;
use crate::client::{Client, escape};
use crate::output::Output;
use crate::table::Table;
use crate::upload::upload;

#[derive(Debug, Subcommand)]
pub enum SoundsCommand {
    /// List the sounds that rooms may name
    Ls,
    /// Take a sound file in under a name, in the place of another of that name
    Put {
        /// Lower-case letters, digits, - and _; such as acme-gong
        sound: String,
        file: PathBuf,
    },
    /// Give a sound another name, unless a room names it
    Mv { sound: String, new: String },
    /// Remove a sound, unless a room names it
    Rm { sound: String },
}

pub(crate) async fn run(
    client: &Client,
    command: SoundsCommand,
    output: &mut Output<'_>,
) -> Result<(), Failure> {
    match command {
        SoundsCommand::Ls => {
            let sounds: Page<SoundView> = client.get("/sounds").await?;
            Ok(output.show(&sounds.items, table)?)
        }
        SoundsCommand::Put { sound, file } => {
            let format = output.format;
            let taken: SoundView =
                upload(client, Method::PUT, &path(&sound), &file, format).await?;
            let line = format!("{} ({:.1} s)", taken.name, taken.seconds);
            Ok(output.line(&taken, &line)?)
        }
        SoundsCommand::Mv { sound, new } => {
            let renamed: SoundView = client
                .send(Method::PATCH, &path(&sound), &json!({ "name": new }))
                .await?;
            Ok(output.line(&renamed, &renamed.name)?)
        }
        SoundsCommand::Rm { sound } => {
            client.delete(&path(&sound)).await?;
            Ok(output.say("removed")?)
        }
    }
}

fn path(sound: &str) -> String {
    format!("/sounds/{}", escape(sound))
}

fn table(sounds: &Vec<SoundView>) -> Table {
    let mut table = Table::with_head(&["sound", "length", "rooms", "fault"]);
    for sound in sounds {
        let length = format!("{:.1} s", sound.seconds);
        let rooms: Vec<&str> = sound
            .rooms
            .iter()
            .map(|room| room.extension.as_str())
            .collect();
        let fault = sound.fault.as_deref().unwrap_or_default();
        table.row([sound.name.as_str(), &length, &rooms.join(", "), fault]);
    }
    table
}

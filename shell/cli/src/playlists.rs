//! `conclave playlists`.

use std::path::Path;

use conclave_api::{Page, PlaylistView, TrackView, clean};
use hyper::Method;
use serde_json::json;

use crate::client::{Client, escape, file_name};
use crate::output::Output;
use crate::status::duration;
use crate::table::Table;
use crate::upload::upload;
use crate::{Failure, Format, PlaylistsCommand};

pub(crate) async fn run(
    client: &Client,
    command: PlaylistsCommand,
    output: &mut Output<'_>,
) -> Result<(), Failure> {
    match command {
        PlaylistsCommand::Ls => {
            let lists: Page<PlaylistView> = client.get("/playlists").await?;
            Ok(output.show(&lists.items, table)?)
        }
        PlaylistsCommand::Add { name } => {
            let body = json!({"name": name});
            let list: PlaylistView = client.send(Method::POST, "/playlists", &body).await?;
            Ok(output.show(&vec![list], table)?)
        }
        PlaylistsCommand::Put { name, files } => {
            for file in &files {
                let track = put(client, &name, file, output.format).await?;
                let seconds = length(track.seconds);
                output.line(&track, &format!("{} ({seconds})", clean(&track.name)))?;
            }
            Ok(())
        }
        PlaylistsCommand::Rm { name, track } => {
            let list = format!("/playlists/{}", escape(&name));
            match track {
                Some(track) => {
                    client
                        .delete(&format!("{list}/tracks/{}", escape(&track)))
                        .await?
                }
                None => client.delete(&list).await?,
            }
            Ok(output.say("removed")?)
        }
    }
}

async fn put(
    client: &Client,
    name: &str,
    path: &Path,
    format: Format,
) -> Result<TrackView, Failure> {
    let track = escape(file_name(path)?);
    let target = format!("/playlists/{}/tracks?file={track}", escape(name));
    upload(client, Method::POST, &target, path, format).await
}

fn table(lists: &Vec<PlaylistView>) -> Table {
    let mut table = Table::with_head(&["playlist", "track", "length"]);
    for list in lists {
        let note = if list.built_in { "(built in)" } else { "" };
        table.row([&list.name, note, ""]);
        for track in &list.tracks {
            table.row(["", &track.name, &length(track.seconds)]);
        }
    }
    table
}

#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // Both are what `as` saturates.
fn length(seconds: f64) -> String {
    duration(seconds.round() as u64)
}

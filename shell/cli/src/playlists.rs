//! `conclave playlists`.

use std::path::Path;

use conclave_api::{Page, PlaylistView, TrackView};
use http_body_util::{BodyExt, StreamBody};
use hyper::Method;
use hyper::body::{Bytes, Frame};
use serde_json::json;
use tokio::io::AsyncReadExt;
use tokio::sync::mpsc;

use crate::client::{Body, Client, escape, file_name};
use crate::event_stream::Frames;
use crate::output::Output;
use crate::status::duration;
use crate::table::Table;
use crate::{Failure, PlaylistsCommand};

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
                let track = put(client, &name, file).await?;
                let seconds = length(track.seconds);
                output.line(&track, &format!("{} ({seconds})", track.name))?;
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

async fn put(client: &Client, name: &str, path: &Path) -> Result<TrackView, Failure> {
    let failed = |error| Failure::File(format!("{}: {error}", path.display()));
    let file = tokio::fs::File::open(path).await.map_err(failed)?;
    if file.metadata().await.map_err(failed)?.is_dir() {
        return Err(Failure::Usage(format!(
            "{}: expected a file",
            path.display()
        )));
    }
    let track = escape(file_name(path)?);
    let target = format!("/playlists/{}/tracks?file={track}", escape(name));
    client.upload(&target, pieces(file)).await
}

/// The file piece by piece, so that its size does not matter.
fn pieces(mut file: tokio::fs::File) -> Body {
    let (sender, receiver) = mpsc::channel(4);
    tokio::spawn(async move {
        loop {
            let mut piece = vec![0; PIECE_BYTES];
            let piece = match file.read(&mut piece).await {
                Ok(0) => return,
                Ok(length) => {
                    piece.truncate(length);
                    Ok(Frame::data(Bytes::from(piece)))
                }
                Err(error) => Err(error),
            };
            if sender.send(piece).await.is_err() {
                return;
            }
        }
    });
    StreamBody::new(Frames(receiver)).boxed()
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

const PIECE_BYTES: usize = 64 * 1024;

//! `conclave recordings`.

use std::io::{self, Write};
use std::path::PathBuf;

use conclave_api::RecordingView;
use http_body_util::BodyExt;
use hyper::body::Body as _;

use crate::backups::file_failed;
use crate::client::{Client, escape};
use crate::output::Output;
use crate::part_file::PartFile;
use crate::progress::{Progress, Way};
use crate::status::duration;
use crate::table::{Table, moment};
use crate::{Failure, Format, RecordingsCommand};

pub(crate) async fn run(
    client: &Client,
    command: RecordingsCommand,
    output: &mut Output<'_>,
) -> Result<(), Failure> {
    match command {
        RecordingsCommand::Ls { room, limit } => {
            let path = match room {
                Some(room) => format!("/recordings?room={}", escape(&room)),
                None => "/recordings".to_owned(),
            };
            let count_max = usize::try_from(limit).unwrap_or(usize::MAX);
            let recordings: Vec<RecordingView> = client.list(&path, count_max).await?;
            Ok(output.show(&recordings, list)?)
        }
        RecordingsCommand::Get { recording, file } => {
            let file = file.unwrap_or_else(|| PathBuf::from(format!("{recording}.opus")));
            fetch(client, &recording, &file, output.format).await?;
            Ok(output.say(&file.display().to_string())?)
        }
        RecordingsCommand::Rm { recording } => {
            client.delete(&path(&recording)).await?;
            Ok(output.say("removed")?)
        }
    }
}

/// Piece by piece, so that its size does not matter, and whole or not at all. A file that is there
/// is not written over.
async fn fetch(
    client: &Client,
    recording: &str,
    path: &std::path::Path,
    format: Format,
) -> Result<(), Failure> {
    let failed = |error| file_failed(path, &error);
    if path.exists() {
        return Err(failed(io::ErrorKind::AlreadyExists.into()));
    }
    let mut body = client
        .stream(&format!("{}/media", self::path(recording)), None)
        .await?;
    let progress = Progress::of(recording, body.size_hint().exact(), format, Way::Down);
    let mut file = PartFile::beside(path)?;
    while let Some(frame) = body.frame().await {
        let cut = |error| Failure::Unreachable(format!("the recording was cut off: {error}"));
        if let Ok(piece) = frame.map_err(cut)?.into_data() {
            file.write_all(&piece).map_err(failed)?;
            progress.advance(piece.len() as u64);
        }
    }
    progress.end();
    file.keep_beside_others()
}

fn path(recording: &str) -> String {
    format!("/recordings/{}", escape(recording))
}

fn list(recordings: &Vec<RecordingView>) -> Table {
    let head = ["started (UTC)", "room", "title", "length", "state", "id"];
    let mut table = Table::with_head(&head);
    for recording in recordings {
        table.row([
            &moment(&recording.started_at),
            &recording.extension,
            &recording.room_title,
            &duration(recording.duration_ms / 1_000),
            &recording.state,
            &recording.id,
        ]);
    }
    table
}

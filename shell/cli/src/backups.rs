//! `conclave backup` and `conclave restore`, by asking a server.

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::time::Duration;

use clap::Args;
use conclave_api::{BackupView, RestoreState, RestoreView, StatusView};
use http_body_util::BodyExt;
use hyper::Method;
use hyper::body::Body as _;
use serde_json::json;
use tokio::time::{sleep, timeout};

use crate::Failure;
use crate::client::{Client, file_name};
use crate::output::Output;
use crate::part_file::PartFile;
use crate::progress::{Progress, Way};
use crate::table::{Table, moment};
use crate::upload::upload;

#[derive(Args, Debug)]
pub struct BackupArgs {
    /// Where to write it; a file that is there is replaced when the new one is whole
    pub file: PathBuf,
    /// Take the recordings in, which are most of the bytes
    #[arg(long)]
    pub with_recordings: bool,
}

#[derive(Args, Debug)]
pub struct RestoreArgs {
    /// As `conclave backup` wrote it
    pub file: PathBuf,
    /// Only say what is in it and whether it could be restored
    #[arg(long)]
    pub check: bool,
    /// Also while calls are up, which it ends
    #[arg(long)]
    pub force: bool,
}

pub(crate) async fn backup(
    client: &Client,
    args: BackupArgs,
    output: &mut Output<'_>,
) -> Result<(), Failure> {
    let path = format!("/system/backup?recordings={}", args.with_recordings);
    let mut body = client.stream(&path, None).await?;
    let length = body.size_hint().exact();
    let progress = Progress::of(file_name(&args.file)?, length, output.format, Way::Down);
    let mut file = PartFile::beside(&args.file)?;
    let mut bytes = 0;
    while let Some(frame) = body.frame().await {
        let cut = |error| Failure::Unreachable(format!("the backup was cut off: {error}"));
        let frame = frame.map_err(cut)?;
        if let Some(piece) = frame.data_ref() {
            file.write_all(piece)
                .map_err(|error| file_failed(&args.file, &error))?;
            bytes += piece.len() as u64;
            progress.advance(piece.len() as u64);
        }
    }
    progress.end();
    file.keep()?;
    told(&args.file, bytes, output)
}

pub(crate) async fn restore(
    client: &Client,
    args: RestoreArgs,
    output: &mut Output<'_>,
) -> Result<(), Failure> {
    let started = started_at(client).await;
    let path = format!("/system/restore?check={}&force={}", args.check, args.force);
    let file = &args.file;
    let view: RestoreView = upload(client, Method::POST, &path, file, output.format).await?;
    show(&view, output)?;
    let (RestoreState::Restarting, Some(started)) = (view.state, started) else {
        return Ok(());
    };
    let back = timeout(RESTART_MAX, async {
        loop {
            sleep(LOOK_EVERY).await;
            match client.get::<StatusView>("/status").await {
                Ok(status) if status.started_at != started => return,
                // The token was one of the server that is no more.
                Err(Failure::Problem(problem)) if problem.status == 401 => return,
                Ok(_) | Err(_) => {}
            }
        }
    });
    back.await.map_err(|_| {
        let sentence = "the server has not come back yet; its log says why";
        Failure::Unreachable(sentence.to_owned())
    })?;
    Ok(output.say("the server is back")?)
}

async fn started_at(client: &Client) -> Option<String> {
    let status = client.get::<StatusView>("/status").await;
    status.ok().map(|status| status.started_at)
}

/// Says that a backup was written.
pub(crate) fn told(file: &Path, bytes: u64, output: &mut Output<'_>) -> Result<(), Failure> {
    let value = json!({"file": file, "bytes": bytes});
    output.line(
        &value,
        &format!(
            "{} ({bytes} bytes). PINs and the hashes of passwords are in it: guard it.",
            file.display()
        ),
    )?;
    Ok(())
}

/// Says what is in a backup and what became of it.
pub(crate) fn show(view: &RestoreView, output: &mut Output<'_>) -> Result<(), Failure> {
    output.show(view, |view| table(&view.backup))?;
    Ok(output.say(&view.sentence)?)
}

fn table(backup: &BackupView) -> Table {
    let recordings = backup.recordings.map_or_else(
        || "not in it; those of the machine stay where they are".to_owned(),
        |count| count.to_string(),
    );
    let music = format!("{}, {} tracks", backup.playlists, backup.tracks);
    Table::pairs([
        ("made (UTC)", moment(&backup.made_at)),
        ("by version", backup.version.clone()),
        ("bytes", backup.bytes.to_string()),
        ("rooms", backup.rooms.to_string()),
        ("users", backup.users.to_string()),
        ("playlists", music),
        ("prompts replaced", backup.prompts.to_string()),
        ("sounds", backup.sounds.to_string()),
        ("recordings", recordings),
    ])
}

/// A sentence about a file of the caller's.
pub(crate) fn file_failed(file: &Path, error: &std::io::Error) -> Failure {
    Failure::File(format!("{}: {error}", file.display()))
}

const LOOK_EVERY: Duration = Duration::from_millis(500);
/// Callers hear a goodbye for 8 s at most, and a database of a gigabyte is read in a few.
const RESTART_MAX: Duration = Duration::from_secs(120);

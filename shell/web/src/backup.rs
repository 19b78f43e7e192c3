//! Backups on their way out; what is in one is known by the crate that makes it.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::http::header;
use axum::response::IntoResponse;
use conclave_api::{
    BackupDone, BackupsView, Event, Happening, LastBackup, Problem, ProblemKind, rfc3339,
};
use conclave_backup::{Backup, BackupError, Recordings};
use conclave_model::limits;
use tokio::runtime::Handle;
use tokio::sync::OwnedSemaphorePermit;
use tokio::time::timeout;

use crate::audit::audit;
use crate::backend::{Web, now};
use crate::operations::counts;
use crate::pieces::Pieces;
use crate::query::Parameters;
use crate::refusal::{Answered, Refusal};
use crate::requester::Requester;

/// Everything in one file.
///
/// Rooms with their PINs, users with the hashes of their passwords, tokens, webhooks with their
/// secrets, the call log, playlists, replaced prompts and the configuration. The file is a tar that
/// `POST /system/restore` takes. It is made while the server runs; a download that was cut off is
/// no backup, and is refused there.
#[utoipa::path(
    get, path = "/system/backup", tag = "system",
    params(
        ("recordings" = Option<bool>, Query, description = "`true`: with the recordings, which are most of the bytes", example = false),
    ),
    responses(
        (status = 200, description = "The file; Content-Length is how long it is", body = Vec<u8>, content_type = "application/x-tar", headers(("Content-Disposition" = String))),
        (status = "default", description = "Refused", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn make_backup(
    State(web): State<Web>,
    requester: Requester,
    parameters: Parameters,
) -> Answered {
    let recordings = match parameters.of(&["recordings"])?.flag("recordings")? {
        true => Recordings::With,
        false => Recordings::Without,
    };
    let turn = own_turn(&web).await?;
    let made_at = now();
    let (backup, turn) = {
        let (web, runtime) = (web.clone(), Handle::current());
        let version = web.backend.host.facts().version;
        blocking(move || {
            let (store, scratch) = (&web.backend.store, &web.backend.upload_dir);
            let making = Backup::prepare(store, scratch, recordings, &version, made_at);
            Ok((runtime.block_on(making)?, turn))
        })
        .await?
    };
    let length = backup.bytes();
    let what = match recordings {
        Recordings::With => "with recordings",
        Recordings::Without => "without recordings",
    };
    audit(&web, &requester, "system.backup_begun", BACKUP, what).await?;
    let (pieces, body) = Pieces::new(Handle::current());
    let what = format!("{what}, {} files, {length} bytes", backup.files());
    let done = BackupDone {
        bytes: length,
        recordings: recordings == Recordings::With,
    };
    let sent = Sent {
        web,
        requester,
        what,
        done,
        _turn: turn,
    };
    tokio::task::spawn_blocking(move || sent.send(backup, pieces));
    let day_and_time: String = rfc3339(made_at)
        .chars()
        .take(16)
        .filter(|c| *c != ':')
        .collect();
    let name = format!("attachment; filename=\"conclave-{day_and_time}.conclave-backup\"");
    let headers = [
        (header::CONTENT_TYPE, "application/x-tar".to_owned()),
        (header::CONTENT_LENGTH, length.to_string()),
        (header::CONTENT_DISPOSITION, name),
    ];
    Ok((headers, body).into_response())
}

/// When the last backup was made, and what restoring one would interrupt.
#[utoipa::path(
    get, path = "/system/backups", tag = "system",
    responses(
        (status = 200, description = "What there is to say", body = BackupsView),
        (status = "default", description = "Refused", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn show_backups(State(web): State<Web>) -> Answered {
    let lines = web.backend.store.audit(None, Some(BACKUP), LINES).await?;
    let last = lines.into_iter().find(|line| line.action == MADE);
    let view = BackupsView {
        last: last.map(|line| LastBackup {
            at: rfc3339(line.at),
            by: line.name,
        }),
        calls: counts(&web).await?.calls,
    };
    Ok(Json(view).into_response())
}

/// What is noted when the last byte was taken.
struct Sent {
    web: Web,
    requester: Requester,
    what: String,
    done: BackupDone,
    _turn: OwnedSemaphorePermit,
}

impl Sent {
    fn send(self, backup: Backup, mut pieces: Pieces) {
        let written = backup.write(&mut pieces).and_then(|()| pieces.end());
        if let Err(error) = written {
            tracing::warn!(%error, "a backup was not sent whole");
            pieces.fail(error);
            return;
        }
        let runtime = pieces.runtime();
        let noting = audit(&self.web, &self.requester, MADE, BACKUP, &self.what);
        // It is in the log of the program in any case: a failing store says so itself.
        let _ = runtime.block_on(noting);
        let what = Happening::BackupDone(self.done);
        let by = Some(self.requester.actor.doer());
        self.web
            .backend
            .events
            .publish_by(Event { at: now(), what }, by);
    }
}

/// One backup is made or restored at a time: each reads or writes whole disks.
pub(crate) async fn own_turn(web: &Web) -> Answered<OwnedSemaphorePermit> {
    let turn = Arc::clone(&web.backups).acquire_owned();
    match timeout(limits::BACKUP_TURN, turn).await {
        Ok(Ok(turn)) => Ok(turn),
        Ok(Err(_)) | Err(_) => {
            let detail = "another backup is being made or restored; try again when it is done";
            Err(Refusal::new(ProblemKind::Unavailable, detail))
        }
    }
}

/// Does what reads and writes files where a thread may block.
pub(crate) async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, BackupError> + Send + 'static,
) -> Answered<T> {
    match tokio::task::spawn_blocking(work).await {
        Ok(done) => done.map_err(|error| refuse(&error)),
        Err(_) => Err(Refusal::new(
            ProblemKind::Internal,
            "it panicked; the log has more",
        )),
    }
}

pub(crate) fn refuse(error: &BackupError) -> Refusal {
    if error.is_of_the_file() {
        let detail = format!("the file cannot be restored: {error}; nothing was changed");
        return Refusal::new(ProblemKind::Invalid, detail);
    }
    tracing::error!(%error, "a backup was not made or restored");
    match error {
        BackupError::DiskFull => {
            Refusal::new(ProblemKind::Unavailable, "the server's disk is full")
        }
        BackupError::NoRoom { .. } => Refusal::new(ProblemKind::Unavailable, error.to_string()),
        BackupError::OtherDisk(_) => Refusal::new(ProblemKind::Conflict, error.to_string()),
        BackupError::Database(_)
        | BackupError::Disk(_)
        | BackupError::NoManifest
        | BackupError::Unreadable(_)
        | BackupError::NewerFormat(_)
        | BackupError::Strange(_)
        | BackupError::Damaged(_)
        | BackupError::NoDatabase
        | BackupError::TooManyFiles
        | BackupError::NewerDatabase { .. }
        | BackupError::DamagedDatabase(_) => {
            Refusal::new(ProblemKind::Internal, "the backup failed; the log has more")
        }
    }
}

/// In the audit log, what is backed up and restored.
pub(crate) const BACKUP: &str = "backup";
const MADE: &str = "system.backup_made";
/// So many backups may have been cut off since the last whole one.
const LINES: u32 = 100;

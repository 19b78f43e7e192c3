//! Backups on their way back: looked over whole, then laid down for the next start.

use std::fs::File;

use axum::Json;
use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::IntoResponse;
use conclave_api::{Problem, ProblemKind, RestoreState, RestoreView};
use conclave_backup::{BackupError, check, room_on_disk};
use conclave_model::{Role, limits};
use tempfile::NamedTempFile;
use tokio::runtime::Handle;

use crate::audit::line;
use crate::backend::Web;
use crate::backup::{BACKUP, blocking, own_turn, refuse};
use crate::operations::counts;
use crate::query::Parameters;
use crate::refusal::{Answered, Refusal};
use crate::requester::Requester;
use crate::uploads::{receive, refuse_early};

/// Puts a backup in the place of everything there is.
///
/// The body is the file as `GET /system/backup` made it. It is looked over from its first byte to
/// its last before anything is changed; an older one is brought up to date, one of a newer version
/// is refused. Then the server says goodbye to its callers and starts again with what is in it.
/// What was there before stays in the folder `before-restore` of the data directory until the next
/// restore. Everybody signs in anew, with the passwords and tokens of the backup; the addresses and
/// the token of this machine stay. Only an owner restores; whoever may make a backup may check one.
#[utoipa::path(
    post, path = "/system/restore", tag = "system",
    params(
        ("check" = Option<bool>, Query, description = "`true`: only say what is in it", example = true),
        ("force" = Option<bool>, Query, description = "`true`: also while calls are up, which it ends"),
    ),
    request_body(content = Vec<u8>, content_type = "application/octet-stream", description = "At most 64 GiB"),
    responses(
        (status = 200, description = "It is whole; nothing was changed", body = RestoreView),
        (status = 202, description = "It is whole; the server starts again with it", body = RestoreView),
        (status = "default", description = "Refused; nothing was changed", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn restore(
    State(web): State<Web>,
    requester: Requester,
    parameters: Parameters,
    headers: HeaderMap,
    body: Body,
) -> Answered {
    let mut known = parameters.of(&["check", "force"])?;
    let (only_check, force) = (known.flag("check")?, known.flag("force")?);
    if !only_check && requester.standing() != Role::Owner {
        // It brings users and roles: nobody makes themselves an owner with a file of their own.
        let detail = "restoring replaces every user, so only an owner may do it, and no token of a \
                      program";
        return Err(Refusal::new(ProblemKind::Refused, detail));
    }
    refuse_early(&headers, limits::BACKUP_BYTES)?;
    let force = force || only_check;
    // Both before somebody sends gigabytes in vain, and after.
    calls_to_end(&web, force).await?;
    let turn = own_turn(&web).await?;
    let upload = receive_backup(&web, &headers, body).await?;
    let upload_dir = web.backend.upload_dir.clone();
    let runtime = Handle::current();
    // The turn goes with the work, which goes on when whoever asked hangs up.
    let (checked, turn) = blocking(move || {
        let file = File::open(upload.path()).map_err(BackupError::Unreadable)?;
        Ok((runtime.block_on(check(file, &upload_dir))?, turn))
    })
    .await?;
    let calls = calls_to_end(&web, force).await?;
    if only_check {
        let view = RestoreView {
            backup: checked.view().clone(),
            state: RestoreState::Checked,
            calls,
            sentence: "it can be restored; nothing was changed".to_owned(),
        };
        return Ok(Json(view).into_response());
    }
    let data = web.backend.store.dir().to_owned();
    let runtime = Handle::current();
    let what = format!("as it was at {}", checked.view().made_at);
    let who = requester.actor.id_and_name();
    let line = line(who, requester.peer, "system.restored", BACKUP, &what);
    // Where nobody who hangs up meanwhile can come between the two.
    let backup = blocking(move || {
        let backup = runtime.block_on(checked.stage(&data, &line))?;
        tracing::warn!("a backup is restored: the server starts again");
        web.backend.restart.notify_one();
        drop(turn);
        Ok(backup)
    })
    .await?;
    let view = RestoreView {
        backup,
        state: RestoreState::Restarting,
        calls,
        sentence: "the server starts again with it now; everybody signs in anew".to_owned(),
    };
    Ok((StatusCode::ACCEPTED, Json(view)).into_response())
}

/// How many there are.
///
/// # Errors
/// When they are not to be ended.
async fn calls_to_end(web: &Web, force: bool) -> Answered<u64> {
    let calls = counts(web).await?.calls;
    if calls > 0 && !force {
        let detail = "calls are up, and restoring would end them; wait until they have ended, or \
                      say force=true";
        return Err(Problem::conflict(detail).into());
    }
    Ok(calls)
}

/// Takes no more than the disk has room for: the file is there twice when it is unpacked.
async fn receive_backup(web: &Web, headers: &HeaderMap, body: Body) -> Answered<NamedTempFile> {
    let upload_dir = &web.backend.upload_dir;
    let free = room_on_disk(upload_dir).map_err(|error| refuse(&error))?;
    let length = headers.get(header::CONTENT_LENGTH);
    let length = length.and_then(|length| length.to_str().ok()?.parse::<u64>().ok());
    let needed = length.unwrap_or(0).saturating_mul(2);
    if needed > free {
        return Err(refuse(&BackupError::NoRoom { needed, free }));
    }
    let most = usize::try_from(free / 2).unwrap_or(usize::MAX);
    receive(upload_dir, body, most.min(limits::BACKUP_BYTES)).await
}

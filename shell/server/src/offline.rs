//! Backs up and restores a data directory that no server uses; leaves the rest to the command line.

use std::path::Path;
use std::process::ExitCode;

use conclave_api::{RestoreState, RestoreView};
use conclave_backup::{Backup, BackupError, Recordings, SETTINGS, check, has_room, swap_in};
use conclave_cli::{BackupArgs, ClientCommand, Failure, Offline, Options, RestoreArgs, ended};
use conclave_model::UnixMillis;
use conclave_store::{AuditRow, Claim, Store, StoreError};

use crate::serve::now;

/// Does the command if it is one of those, and no server is there to be asked.
pub fn run(options: &Options, command: &ClientCommand) -> Option<ExitCode> {
    if options.server.is_some() {
        return None;
    }
    let data = &options.data;
    let is_new = !data.join("conclave.db").exists();
    let deed = match command {
        ClientCommand::Backup(_) if is_new => return None,
        ClientCommand::Backup(args) => Deed::Backup(args),
        ClientCommand::Restore(args) => Deed::Restore(args),
        ClientCommand::Status
        | ClientCommand::Rooms(_)
        | ClientCommand::Live(_)
        | ClientCommand::Calls(_)
        | ClientCommand::Playlists(_)
        | ClientCommand::Recordings(_)
        | ClientCommand::Menus(_)
        | ClientCommand::Extensions(_)
        | ClientCommand::Phones(_)
        | ClientCommand::Trunks(_)
        | ClientCommand::Profiles(_)
        | ClientCommand::Import(_)
        | ClientCommand::Prompts(_)
        | ClientCommand::Sounds(_)
        | ClientCommand::Users(_)
        | ClientCommand::Tokens(_)
        | ClientCommand::Audit(_)
        | ClientCommand::Webhooks(_)
        | ClientCommand::Top(_) => return None,
    };
    let claim = match Claim::take(data) {
        Ok(claim) => claim,
        Err(StoreError::InUse { .. }) => return None,
        Err(error) => return Some(ended(options, Err(Failure::File(error.to_string())))),
    };
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build();
    let done = runtime
        .map_err(Failure::Output)
        .and_then(|runtime| runtime.block_on(deed.done(options, claim)));
    Some(ended(options, done))
}

enum Deed<'a> {
    Backup(&'a BackupArgs),
    Restore(&'a RestoreArgs),
}

impl Deed<'_> {
    async fn done(self, options: &Options, claim: Claim) -> Result<(), Failure> {
        let mut out = std::io::stdout();
        let said = Offline::new(options.output, &mut out);
        match self {
            Deed::Backup(args) => backup(args, claim, said).await,
            Deed::Restore(args) => restore(args, &claim, said).await,
        }
    }
}

async fn backup(args: &BackupArgs, claim: Claim, mut said: Offline<'_>) -> Result<(), Failure> {
    let data = claim.dir().to_owned();
    swap_in(&data).map_err(failed)?;
    let store = Store::open_claimed(claim).await.map_err(store_failed)?;
    let recordings = if args.with_recordings {
        Recordings::With
    } else {
        Recordings::Without
    };
    let backup = Backup::prepare(&store, &data, recordings, VERSION, now()).await;
    let backup = backup.map_err(failed)?;
    let bytes = backup.bytes();
    said.write(&args.file, bytes, |mut out| backup.write(&mut out))?;
    let line = line(now(), "system.backup_made", &format!("{bytes} bytes"));
    store.append_audit(&line).await.map_err(store_failed)?;
    store.close().await;
    Ok(())
}

async fn restore(args: &RestoreArgs, claim: &Claim, mut said: Offline<'_>) -> Result<(), Failure> {
    let data = claim.dir();
    let file = said.open(&args.file)?;
    let bytes = args.file.metadata().map_or(0, |found| found.len());
    has_room(data, bytes).map_err(failed)?;
    let checked = check(file, data).await.map_err(|error| {
        let file = args.file.display();
        Failure::File(format!(
            "{file} cannot be restored: {error}; nothing was changed"
        ))
    })?;
    if args.check {
        return said.show(&RestoreView {
            backup: checked.view().clone(),
            state: RestoreState::Checked,
            calls: 0,
            sentence: "it can be restored; nothing was changed".to_owned(),
        });
    }
    let what = format!("as it was at {}", checked.view().made_at);
    let has_settings = checked.put_settings(data).map_err(failed)?;
    let line = line(now(), "system.restored", &what);
    let staged = checked.stage(data, &line).await;
    let backup = staged.map_err(|error| {
        if has_settings {
            // It was of this backup.
            let _ = std::fs::remove_file(data.join(SETTINGS));
        }
        failed(error)
    })?;
    swap_in(data).map_err(failed)?;
    said.show(&RestoreView {
        backup,
        state: RestoreState::Restored,
        calls: 0,
        sentence: restored(data, has_settings),
    })
}

fn restored(data: &Path, has_settings: bool) -> String {
    let before = data.join(conclave_backup::BEFORE);
    let settings = if has_settings {
        "; conclave.toml is that of the machine it was made on, so look at its addresses"
    } else {
        ""
    };
    format!(
        "restored; what was there before is in {}{settings}",
        before.display()
    )
}

fn line(at: UnixMillis, action: &str, detail: &str) -> AuditRow {
    AuditRow {
        id: 0,
        at,
        actor: "machine".to_owned(),
        name: "the command line".to_owned(),
        address: None,
        action: action.to_owned(),
        object: "backup".to_owned(),
        detail: detail.to_owned(),
    }
}

#[allow(clippy::needless_pass_by_value)] // It is what errors are mapped by.
fn failed(error: BackupError) -> Failure {
    Failure::File(error.to_string())
}

#[allow(clippy::needless_pass_by_value)] // As above.
fn store_failed(error: StoreError) -> Failure {
    Failure::File(error.to_string())
}

const VERSION: &str = env!("CARGO_PKG_VERSION");

//! Writes to the store one after the other, off the brain's task, and tells how each went.

use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use conclave_api::ProfileKey;
use conclave_model::confbridge::{MenuName, MenuRecord, ProfileRecord, Renaming};
use conclave_model::{
    CallLadder, CallRecord, Extension, PhoneId, PhoneRecord, RegistrationRecord, RoomId,
    RoomRecord, ServiceExtension, TrunkId, TrunkRecord, UnixMillis, limits,
};
use conclave_node::{StoreFailure, StoreTicket, StoreWrite};
use conclave_store::{FORGOTTEN_AT_ONCE, Store, StoreError};
use tokio::sync::mpsc;
use tokio::task::JoinHandle;

/// The brain's end: takes writes without waiting.
pub struct Writer {
    queue: mpsc::Sender<(StoreTicket, StoreWrite)>,
    tell: mpsc::UnboundedSender<Written>,
}

/// How long what has happened is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Keeping {
    /// A line of the call log, from the end of the call.
    pub calls: Duration,
    /// A line of the audit log.
    pub audit: Duration,
}

#[cfg(test)]
impl Keeping {
    /// For those who do not wait.
    pub const SHORT: Keeping = Keeping {
        calls: Duration::from_secs(1),
        audit: Duration::from_secs(1),
    };
}

/// How one write went.
pub struct Written {
    pub ticket: StoreTicket,
    pub result: Result<(), StoreFailure>,
}

impl Writer {
    /// Starts the task that writes. What is told is bounded by what was asked: an answer a write.
    ///
    /// The task ends when the writer is dropped and everything it was given is written, whether or
    /// not anybody still wants to hear of it. What is older than `keeping` says is forgotten.
    pub fn start(
        store: Arc<Store>,
        keeping: Keeping,
    ) -> (Writer, mpsc::UnboundedReceiver<Written>, JoinHandle<()>) {
        let (queue, mut writes) = mpsc::channel(WRITES_WAITING_MAX);
        let (tell, told) = mpsc::unbounded_channel();
        let report = tell.clone();
        let writing = tokio::spawn(async move {
            let mut waiting = Vec::with_capacity(WRITES_AT_ONCE);
            let mut forgetting = tokio::time::interval(FORGET_EVERY);
            loop {
                tokio::select! {
                    count = writes.recv_many(&mut waiting, WRITES_AT_ONCE) => {
                        if count == 0 {
                            return;
                        }
                        for group in grouped(waiting.drain(..)) {
                            write(&store, group, &report).await;
                        }
                    }
                    _ = forgetting.tick() => {
                        if forget(&store, keeping).await >= u64::from(FORGOTTEN_AT_ONCE) {
                            forgetting.reset_after(FORGET_MORE_AFTER);
                        }
                    }
                }
            }
        });
        (Writer { queue, tell }, told, writing)
    }

    /// A write too many fails at once: while the disk stands still, calls go on and memory does not
    /// grow.
    pub fn write(&self, ticket: StoreTicket, write: StoreWrite) {
        if self.queue.try_send((ticket, write)).is_err() {
            let sentence = "the disk is behind: too much waits to be written".to_owned();
            tracing::error!("{sentence}");
            let result = Err(StoreFailure { sentence });
            let _ = self.tell.send(Written { ticket, result });
        }
    }
}

/// What goes to the disk in one transaction.
enum GroupedWrite {
    PutRoom(Box<RoomRecord>),
    DeleteRoom(RoomId),
    PutMenu(Box<MenuRecord>),
    DeleteMenu(MenuName),
    PutExtension(Box<ServiceExtension>),
    DeleteExtension(Extension),
    PutProfile(Box<ProfileRecord>),
    DeleteProfile(ProfileKey),
    PutPhone(Box<PhoneRecord>),
    DeletePhone(PhoneId),
    PutRegistrations(PhoneId, Vec<RegistrationRecord>),
    PutTrunk(Box<TrunkRecord>),
    DeleteTrunk(TrunkId),
    Rename(Box<Renaming>),
    Calls(Vec<CallRecord>),
    Ladders(Vec<CallLadder>),
}

struct Group {
    tickets: Vec<StoreTicket>,
    write: GroupedWrite,
}

/// Calls that end together are written together: a sync of the disk costs more than a hundred rows.
fn grouped(writes: impl Iterator<Item = (StoreTicket, StoreWrite)>) -> Vec<Group> {
    let mut groups: Vec<Group> = Vec::new();
    for (ticket, write) in writes {
        let write = match write {
            StoreWrite::PutRoom(room) => GroupedWrite::PutRoom(room),
            StoreWrite::DeleteRoom(id) => GroupedWrite::DeleteRoom(id),
            StoreWrite::PutMenu(menu) => GroupedWrite::PutMenu(menu),
            StoreWrite::DeleteMenu(name) => GroupedWrite::DeleteMenu(name),
            StoreWrite::PutExtension(record) => GroupedWrite::PutExtension(record),
            StoreWrite::DeleteExtension(extension) => GroupedWrite::DeleteExtension(extension),
            StoreWrite::PutProfile(profile) => GroupedWrite::PutProfile(profile),
            StoreWrite::DeleteProfile(key) => GroupedWrite::DeleteProfile(key),
            StoreWrite::PutPhone(phone) => GroupedWrite::PutPhone(phone),
            StoreWrite::DeletePhone(id) => GroupedWrite::DeletePhone(id),
            StoreWrite::PutRegistrations(phone, all) => GroupedWrite::PutRegistrations(phone, all),
            StoreWrite::PutTrunk(trunk) => GroupedWrite::PutTrunk(trunk),
            StoreWrite::DeleteTrunk(id) => GroupedWrite::DeleteTrunk(id),
            StoreWrite::Rename(renaming) => GroupedWrite::Rename(renaming),
            StoreWrite::PutLadder(ladder) => {
                let last = groups.last_mut();
                if let Some((tickets, ladders)) = last.and_then(Group::as_ladders) {
                    tickets.push(ticket);
                    ladders.push(*ladder);
                    continue;
                }
                GroupedWrite::Ladders(vec![*ladder])
            }
            StoreWrite::PutCall(call) => {
                let last = groups.last_mut();
                if let Some((tickets, calls)) = last.and_then(Group::as_calls) {
                    tickets.push(ticket);
                    calls.push(*call);
                    continue;
                }
                GroupedWrite::Calls(vec![*call])
            }
        };
        let tickets = vec![ticket];
        groups.push(Group { tickets, write });
    }
    groups
}

impl Group {
    fn as_calls(&mut self) -> Option<(&mut Vec<StoreTicket>, &mut Vec<CallRecord>)> {
        match &mut self.write {
            GroupedWrite::Calls(calls) => Some((&mut self.tickets, calls)),
            GroupedWrite::PutRoom(_)
            | GroupedWrite::DeleteRoom(_)
            | GroupedWrite::PutMenu(_)
            | GroupedWrite::DeleteMenu(_)
            | GroupedWrite::PutExtension(_)
            | GroupedWrite::DeleteExtension(_)
            | GroupedWrite::PutProfile(_)
            | GroupedWrite::DeleteProfile(_)
            | GroupedWrite::PutPhone(_)
            | GroupedWrite::DeletePhone(_)
            | GroupedWrite::PutRegistrations(..)
            | GroupedWrite::PutTrunk(_)
            | GroupedWrite::DeleteTrunk(_)
            | GroupedWrite::Rename(_)
            | GroupedWrite::Ladders(_) => None,
        }
    }
}

impl Group {
    fn as_ladders(&mut self) -> Option<(&mut Vec<StoreTicket>, &mut Vec<CallLadder>)> {
        match &mut self.write {
            GroupedWrite::Ladders(ladders) => Some((&mut self.tickets, ladders)),
            GroupedWrite::PutRoom(_)
            | GroupedWrite::DeleteRoom(_)
            | GroupedWrite::PutMenu(_)
            | GroupedWrite::DeleteMenu(_)
            | GroupedWrite::PutExtension(_)
            | GroupedWrite::DeleteExtension(_)
            | GroupedWrite::PutProfile(_)
            | GroupedWrite::DeleteProfile(_)
            | GroupedWrite::PutPhone(_)
            | GroupedWrite::DeletePhone(_)
            | GroupedWrite::PutRegistrations(..)
            | GroupedWrite::PutTrunk(_)
            | GroupedWrite::DeleteTrunk(_)
            | GroupedWrite::Rename(_)
            | GroupedWrite::Calls(_) => None,
        }
    }
}

async fn write(store: &Store, group: Group, report: &mpsc::UnboundedSender<Written>) {
    let result = perform(store, &group.write).await.map_err(|error| {
        tracing::error!("the store did not take a write: {error}");
        StoreFailure {
            sentence: error.to_string(),
        }
    });
    for ticket in group.tickets {
        let result = result.clone();
        let _ = report.send(Written { ticket, result });
    }
}

/// How many lines are no longer in one of the logs.
async fn forget(store: &Store, keeping: Keeping) -> u64 {
    if let Err(error) = store.forget_ladders(limits::LADDERS_KEPT).await {
        tracing::error!("the messages of old calls could not be forgotten: {error}");
    }
    let calls = store.forget_calls(ago(keeping.calls), limits::CALL_LOG_ROWS);
    let calls = calls.await.unwrap_or_else(|error| {
        tracing::error!("old calls could not be forgotten: {error}");
        0
    });
    let audit = store.forget_audit(ago(keeping.audit), limits::AUDIT_LOG_ROWS);
    let audit = audit.await.unwrap_or_else(|error| {
        tracing::error!("old lines of the audit log could not be forgotten: {error}");
        0
    });
    calls.max(audit)
}

fn ago(time: Duration) -> UnixMillis {
    let now = SystemTime::now().duration_since(UNIX_EPOCH);
    let then = now.unwrap_or_default().saturating_sub(time);
    UnixMillis(u64::try_from(then.as_millis()).unwrap_or(0))
}

async fn perform(store: &Store, write: &GroupedWrite) -> Result<(), StoreError> {
    match write {
        GroupedWrite::PutRoom(room) => store.put_room(room).await,
        GroupedWrite::DeleteRoom(id) => store.delete_room(*id).await,
        GroupedWrite::PutMenu(menu) => store.put_menu(menu).await,
        GroupedWrite::DeleteMenu(name) => store.delete_menu(name).await,
        GroupedWrite::PutExtension(record) => store.put_extension(record).await,
        GroupedWrite::DeleteExtension(extension) => store.delete_extension(extension).await,
        GroupedWrite::PutProfile(profile) => store.put_profile(profile).await,
        GroupedWrite::DeleteProfile(key) => store.delete_profile(key.section, &key.name).await,
        GroupedWrite::PutPhone(phone) => store.put_phone(phone).await,
        GroupedWrite::DeletePhone(id) => store.delete_phone(*id).await,
        GroupedWrite::PutRegistrations(phone, all) => store.put_registrations(*phone, all).await,
        GroupedWrite::PutTrunk(trunk) => store.put_trunk(trunk).await,
        GroupedWrite::DeleteTrunk(id) => store.delete_trunk(*id).await,
        GroupedWrite::Rename(renaming) => store.rename(renaming).await,
        GroupedWrite::Calls(calls) => store.put_calls(calls).await,
        GroupedWrite::Ladders(ladders) => store.put_ladders(ladders).await,
    }
}

const WRITES_AT_ONCE: usize = 256;
const FORGET_EVERY: Duration = Duration::from_secs(600);
/// More was left than is forgotten at once: faster than calls can come.
const FORGET_MORE_AFTER: Duration = Duration::from_secs(1);
/// Every call of a full server may end at once: 9,000 records of about 0.5 KiB, and what was said
/// about each, which [`limits::LADDERS_BYTES`] bounds.
const WRITES_WAITING_MAX: usize = 2 * limits::CALLS;

#[cfg(test)]
mod tests {
    use conclave_model::Chance;

    use super::*;

    /// A store that never gets its turn: the task that writes is not polled while this test does
    /// not wait.
    #[tokio::test]
    async fn a_write_too_many_fails_at_once_and_the_others_are_written() {
        let directory =
            std::env::temp_dir().join(format!("conclave-writer-{}", std::process::id()));
        let store = Arc::new(Store::open(&directory).await.expect("a store"));
        let (writer, mut told, writing) = Writer::start(store, Keeping::SHORT);
        let room = RoomId::mint(UnixMillis(0), &mut Chance::from_seed([1; 32]));
        let count = WRITES_WAITING_MAX as u64 + 2;
        for ticket in 0..count {
            writer.write(StoreTicket(ticket), StoreWrite::DeleteRoom(room));
        }
        let mut failed = Vec::new();
        while let Ok(Written { ticket, result }) = told.try_recv() {
            assert!(result.is_err());
            failed.push(ticket.0);
        }
        assert_eq!(failed, [count - 2, count - 1]);
        writing.abort();
        let _ = std::fs::remove_dir_all(directory);
    }
}

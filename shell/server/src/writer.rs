//! Writes to the store one after the other, off the brain's task, and tells how each went.

use std::sync::Arc;

use conclave_model::CallRecord;
use conclave_node::{StoreFailure, StoreTicket, StoreWrite};
use conclave_store::{Store, StoreError};
use tokio::sync::mpsc;
use tokio::task::JoinHandle;

/// The brain's end: takes writes without waiting.
pub struct Writer {
    queue: mpsc::UnboundedSender<(StoreTicket, StoreWrite)>,
}

/// How one write went.
pub struct Written {
    pub ticket: StoreTicket,
    pub result: Result<(), StoreFailure>,
}

impl Writer {
    /// Starts the task that writes. The queue is bounded by what the brain lets happen at once:
    /// one write for each call that ends and each request that waits for its answer.
    ///
    /// The task ends when the writer is dropped and everything it was given is written, whether or
    /// not anybody still wants to hear of it.
    pub fn start(store: Arc<Store>) -> (Writer, mpsc::UnboundedReceiver<Written>, JoinHandle<()>) {
        let (queue, mut writes) = mpsc::unbounded_channel();
        let (tell, told) = mpsc::unbounded_channel();
        let writing = tokio::spawn(async move {
            let mut waiting = Vec::with_capacity(WRITES_AT_ONCE);
            while writes.recv_many(&mut waiting, WRITES_AT_ONCE).await > 0 {
                for group in grouped(waiting.drain(..)) {
                    let result = perform(&store, &group.write).await.map_err(|error| {
                        tracing::error!("the store did not take a write: {error}");
                        StoreFailure {
                            sentence: error.to_string(),
                        }
                    });
                    for ticket in group.tickets {
                        let result = result.clone();
                        let _ = tell.send(Written { ticket, result });
                    }
                }
            }
        });
        (Writer { queue }, told, writing)
    }

    pub fn write(&self, ticket: StoreTicket, write: StoreWrite) {
        // Only at the very end is there nobody to take it.
        let _ = self.queue.send((ticket, write));
    }
}

/// What goes to the disk in one transaction.
enum GroupedWrite {
    One(StoreWrite),
    Calls(Vec<CallRecord>),
}

struct Group {
    tickets: Vec<StoreTicket>,
    write: GroupedWrite,
}

/// Calls that end together are written together: a sync of the disk costs more than a hundred rows.
fn grouped(writes: impl Iterator<Item = (StoreTicket, StoreWrite)>) -> Vec<Group> {
    let mut groups: Vec<Group> = Vec::new();
    for (ticket, write) in writes {
        match (groups.last_mut(), write) {
            (
                Some(Group {
                    tickets,
                    write: GroupedWrite::Calls(calls),
                }),
                StoreWrite::PutCall(call),
            ) => {
                calls.push(*call);
                tickets.push(ticket);
            }
            (_, StoreWrite::PutCall(call)) => {
                let write = GroupedWrite::Calls(vec![*call]);
                groups.push(Group {
                    tickets: vec![ticket],
                    write,
                });
            }
            (_, write @ (StoreWrite::PutRoom(_) | StoreWrite::DeleteRoom(_))) => {
                groups.push(Group {
                    tickets: vec![ticket],
                    write: GroupedWrite::One(write),
                });
            }
        }
    }
    groups
}

async fn perform(store: &Store, write: &GroupedWrite) -> Result<(), StoreError> {
    match write {
        GroupedWrite::One(StoreWrite::PutRoom(room)) => store.put_room(room).await,
        GroupedWrite::One(StoreWrite::DeleteRoom(id)) => store.delete_room(*id).await,
        GroupedWrite::One(StoreWrite::PutCall(call)) => store.put_call(call).await,
        GroupedWrite::Calls(calls) => store.put_calls(calls).await,
    }
}

const WRITES_AT_ONCE: usize = 256;

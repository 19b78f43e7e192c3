//! Recordings from their first frame to their row and files; decides nothing about rooms.

mod cast;
mod held;
mod programs;
mod writing;

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use conclave_api::{Doer, Event, Happening, RecordingFailure, RecordingView};
use conclave_engine::TapeSource;
use conclave_model::confbridge::ProgramName;
use conclave_model::{RecordingId, RecordingRecord, RecordingState, UnixMillis};
use conclave_node::{Speaker, TapePart};
use conclave_sound::{TapeEnd, Taped};
use conclave_store::{SOUND_FILE, Store};
use conclave_web::EventHub;
use tokio::sync::{mpsc, oneshot};
use tokio::task::{JoinHandle, JoinSet};

use self::cast::Cast;
use self::held::Held;
pub use self::programs::{Program, Programs};
use crate::settings::Settings;

/// Starts the writers of recordings and waits for them; the brain owns it.
pub struct Archive {
    store: Arc<Store>,
    events: EventHub,
    held: Arc<Held>,
    /// Those that run or may go on.
    tapes: BTreeMap<RecordingId, Unfinished>,
    tell: mpsc::UnboundedSender<EndedPart>,
    writing: JoinSet<()>,
    forgetting: JoinHandle<()>,
    kept: Duration,
    programs: Programs,
}

/// A part of a recording is written to its end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct EndedPart {
    pub recording: RecordingId,
    part: u32,
}

type Speakers = Arc<Mutex<Cast>>;

/// A recording that nobody was told the end of.
struct Unfinished {
    part: u32,
    speakers: Speakers,
    /// What the writer of that part leaves behind.
    written: oneshot::Receiver<Written>,
}

/// A recording as far as it is written.
struct Written {
    recording: RecordingRecord,
    taped: Taped,
}

impl Archive {
    /// The archive, and who is told of a part that has ended: bounded by how many run.
    pub fn new(
        store: Arc<Store>,
        events: EventHub,
        kept: Duration,
        programs: Programs,
    ) -> (Archive, mpsc::UnboundedReceiver<EndedPart>) {
        let (tell, ended) = mpsc::unbounded_channel();
        let forgetting = forget_old(Arc::clone(&store), events.clone(), kept);
        let archive = Archive {
            store,
            held: Arc::new(Held::new(events.clone())),
            events,
            tapes: BTreeMap::new(),
            tell,
            writing: JoinSet::new(),
            forgetting,
            kept,
            programs,
        };
        (archive, ended)
    }

    /// Writes what comes from `source` until that ends, behind what was written of it before.
    pub fn begin(&mut self, part: TapePart, source: Box<dyn TapeSource>) {
        while self.writing.try_join_next().is_some() {}
        let id = part.recording.id;
        let before = self.tapes.remove(&id);
        let (leave, written) = oneshot::channel();
        let speakers = before.as_ref().map(|it| Arc::clone(&it.speakers));
        let speakers = speakers.unwrap_or_default();
        let unfinished = Unfinished {
            part: part.part,
            speakers: Arc::clone(&speakers),
            written,
        };
        self.tapes.insert(id, unfinished);
        let (store, events) = (Arc::clone(&self.store), self.events.clone());
        let (tell, kept) = (self.tell.clone(), self.kept);
        let held = Arc::clone(&self.held);
        held.hold(&id.to_string());
        self.writing.spawn(async move {
            let before = match before {
                Some(before) => before.written.await.ok(),
                None => None,
            };
            let ended = EndedPart {
                recording: id,
                part: part.part,
            };
            let recording = match &before {
                Some(before) => RecordingRecord {
                    state: RecordingState::Running,
                    ended_at: None,
                    ..before.recording.clone()
                },
                None => part.recording,
            };
            // What has no row is never deleted, so nothing is written before there is one.
            let listed = list(&store, &recording, &held, kept).await;
            let work = Work {
                recording,
                taped: before.map(|before| before.taped).unwrap_or_default(),
                begun_at: part.begun_at,
                speakers,
            };
            let (written, is_stored, what) = match listed {
                Ok(()) => keep(&store, work, source, kept).await,
                Err(failed) => (work.unchanged(), true, failed),
            };
            let last = (!is_stored).then(|| written.recording.clone());
            let _ = leave.send(written);
            events.publish(what);
            // The brain may be gone already.
            let _ = tell.send(ended);
            if let Some(recording) = last {
                put_in_the_end(&store, &recording).await;
            }
        });
    }

    /// Nothing follows any more what was begun: runs on it what the options of its room want.
    pub fn finish_one(&mut self, recording: RecordingId, command: Option<ProgramName>) {
        let Some(unfinished) = self.tapes.remove(&recording) else {
            return;
        };
        let Some(command) = command else {
            return;
        };
        let (programs, events) = (self.programs.clone(), self.events.clone());
        let (store, kept) = (Arc::clone(&self.store), self.kept);
        self.writing.spawn(async move {
            if let Ok(Written { recording, .. }) = unfinished.written.await {
                let path = store.recording_folder(recording.id).join(SOUND_FILE);
                let view = RecordingView::of(&recording, kept);
                let what = programs.run(&command, &path, view).await;
                let at = crate::serve::now();
                events.publish(Event { at, what });
            }
        });
    }

    /// Tells what happened; of a recording that is not in the list yet, once it is.
    pub fn publish(&self, event: Event, by: Option<Doer>) {
        self.held.publish(event, by);
    }

    /// Whom a leg on the tape belongs to.
    pub fn name(&mut self, recording: RecordingId, speaker: Speaker) {
        if let Some(tape) = self.tapes.get(&recording) {
            let mut speakers = tape.speakers.lock().unwrap_or_else(PoisonError::into_inner);
            speakers.add(speaker);
        }
    }

    /// Whether nothing of this recording is written any more: not when it has gone on meanwhile.
    pub fn is_over(&self, ended: EndedPart) -> bool {
        let tape = self.tapes.get(&ended.recording);
        tape.is_none_or(|tape| tape.part == ended.part)
    }

    /// Waits for what is still being written; every tape must have ended.
    pub async fn finish(mut self) {
        self.programs.hurry();
        let all = async { while self.writing.join_next().await.is_some() {} };
        if tokio::time::timeout(LAST_WRITES, all).await.is_err() {
            tracing::error!("recordings were not finished in time; they end where they are");
        }
        self.forgetting.abort();
        let _ = self.forgetting.await;
    }
}

/// The archive, after what an earlier server left unfinished has been mended.
pub async fn open(
    store: &Arc<Store>,
    events: &EventHub,
    settings: &Settings,
) -> (Archive, mpsc::UnboundedReceiver<EndedPart>) {
    recover(store).await;
    let programs = Programs::new(settings.record_commands.clone());
    let (store, events) = (Arc::clone(store), events.clone());
    Archive::new(store, events, settings.recordings, programs)
}

/// Makes what a crash or a power failure left behind as whole as it can be.
async fn recover(store: &Store) {
    let left = store.running_recordings().await.unwrap_or_else(|why| {
        tracing::error!("recordings that were cut off could not be read: {why}");
        Vec::new()
    });
    for mut recording in left {
        let taped = writing::found(&store.recording_folder(recording.id));
        recording.bytes = taped.bytes;
        recording.duration = taped.duration;
        recording.ended_at = Some(later(recording.started_at, taped.duration));
        recording.state = RecordingState::Failed;
        if let Err(why) = store.put_recording(&recording).await {
            tracing::error!("recording {} could not be mended: {why}", recording.id);
        }
    }
}

/// Forgets recordings that ended longer ago than they are kept, now and every hour.
fn forget_old(store: Arc<Store>, events: EventHub, kept: Duration) -> JoinHandle<()> {
    tokio::spawn(async move {
        let mut due = tokio::time::interval(FORGET_EVERY);
        loop {
            due.tick().await;
            let now = SystemTime::now().duration_since(UNIX_EPOCH);
            let now = millis(now.unwrap_or_default());
            let before = UnixMillis(now.saturating_sub(millis(kept)));
            let (old, failure) = store.forget_recordings(before).await;
            if !old.is_empty() {
                tracing::info!("{} recordings were old and are deleted", old.len());
            }
            for recording in &old {
                let what = Happening::RecordingDeleted(RecordingView::of(recording, kept));
                let at = UnixMillis(now);
                events.publish(Event { at, what });
            }
            if let Some(why) = failure {
                tracing::error!("old recordings could not be deleted: {why}");
            }
        }
    })
}

/// Puts a recording that begins into the list, and lets it be told of.
///
/// # Errors
/// It could not be listed; what is to be told of that.
async fn list(
    store: &Store,
    recording: &RecordingRecord,
    held: &Held,
    kept: Duration,
) -> Result<(), Event> {
    let listed = store.put_recording(recording).await;
    held.release(&recording.id.to_string());
    listed.map_err(|why| {
        let failure = format!("it could not be listed: {why}");
        outcome(recording, Some(failure), kept)
    })
}

/// One part of a recording that is to be written.
struct Work {
    recording: RecordingRecord,
    /// What there is of it.
    taped: Taped,
    begun_at: UnixMillis,
    speakers: Speakers,
}

impl Work {
    fn unchanged(self) -> Written {
        let Work {
            recording, taped, ..
        } = self;
        Written { recording, taped }
    }
}

/// Writes a part of a recording to its end, and says how that went, and whether it could be stored.
async fn keep(
    store: &Store,
    work: Work,
    source: Box<dyn TapeSource>,
    kept: Duration,
) -> (Written, bool, Event) {
    let Work {
        mut recording,
        taped: before,
        begun_at,
        speakers,
    } = work;
    let folder = store.recording_folder(recording.id);
    let serial = recording.id.as_uuid().as_u128() as u32;
    let known = Arc::clone(&speakers);
    let path = folder.clone();
    let before_ms = before.duration;
    let written =
        tokio::task::spawn_blocking(move || writing::write(&path, serial, before, source, &known));
    let (taped, end) = written.await.unwrap_or_else(|_| {
        let end = TapeEnd::Failed("the writer panicked".to_owned());
        (writing::found(&folder), end)
    });
    recording.participants = speakers
        .lock()
        .unwrap_or_else(PoisonError::into_inner)
        .count();
    recording.duration = taped.duration;
    recording.bytes = taped.bytes;
    let part = taped.duration.saturating_sub(before_ms);
    recording.ended_at = Some(later(begun_at, part));
    let why = sentence(&end);
    recording.state = match &why {
        None => RecordingState::Ready,
        Some(_) => RecordingState::Failed,
    };
    if taped.frames_lost > 0 {
        let (id, lost) = (recording.id, taped.frames_lost);
        tracing::warn!("recording {id}: {lost} frames were lost");
    }
    let what = outcome(&recording, why, kept);
    let stored = store.put_recording(&recording).await;
    if let Err(why) = &stored {
        tracing::error!("recording {} is not yet listed: {why}", recording.id);
    }
    (Written { recording, taped }, stored.is_ok(), what)
}

/// Tries again until the disk takes it: until then nobody can listen to it or delete it. Whoever is
/// stopped here is found by the next server.
async fn put_in_the_end(store: &Store, recording: &RecordingRecord) {
    loop {
        tokio::time::sleep(PUT_AGAIN).await;
        if store.put_recording(recording).await.is_ok() {
            tracing::info!("recording {} is listed now", recording.id);
            return;
        }
    }
}

/// `why` it ended too early.
fn outcome(recording: &RecordingRecord, why: Option<String>, kept: Duration) -> Event {
    let view = RecordingView::of(recording, kept);
    let what = match why {
        None => Happening::RecordingReady(view),
        Some(why) => {
            tracing::error!("recording {} ended too early: {why}", recording.id);
            let recording = view;
            Happening::RecordingFailed(RecordingFailure { recording, why })
        }
    };
    let end = later(recording.started_at, recording.duration);
    let at = recording.ended_at.unwrap_or(end);
    Event { at, what }
}

/// `None` when it ended as it should.
fn sentence(end: &TapeEnd) -> Option<String> {
    match end {
        TapeEnd::Stopped | TapeEnd::TooLong => None,
        TapeEnd::DiskFull => Some("the disk is full".to_owned()),
        TapeEnd::Failed(why) => Some(why.clone()),
    }
}

fn later(at: UnixMillis, by: Duration) -> UnixMillis {
    UnixMillis(at.0.saturating_add(millis(by)))
}

fn millis(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}

/// A healthy disk needs milliseconds.
const LAST_WRITES: Duration = Duration::from_secs(5);
/// Somebody has to make room on the disk.
const PUT_AGAIN: Duration = Duration::from_secs(10);
const FORGET_EVERY: Duration = Duration::from_secs(3_600);

#[cfg(test)]
mod tests;

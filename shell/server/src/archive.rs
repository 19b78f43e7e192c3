//! Recordings from their first frame to their row and files; decides nothing about rooms.

mod cast;
mod held;
mod writing;

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use conclave_api::{Doer, Event, Happening, RecordingFailure, RecordingView};
use conclave_engine::TapeSource;
use conclave_model::{RecordingId, RecordingRecord, RecordingState, UnixMillis};
use conclave_node::Speaker;
use conclave_sound::TapeEnd;
use conclave_store::Store;
use conclave_web::EventHub;
use tokio::sync::mpsc;
use tokio::task::{JoinHandle, JoinSet};

use self::cast::Cast;
use self::held::Held;

/// Starts the writers of recordings and waits for them; the brain owns it.
pub struct Archive {
    store: Arc<Store>,
    events: EventHub,
    held: Arc<Held>,
    speakers: BTreeMap<RecordingId, Speakers>,
    tell: mpsc::UnboundedSender<RecordingId>,
    writing: JoinSet<()>,
    forgetting: JoinHandle<()>,
    kept: Duration,
}

type Speakers = Arc<Mutex<Cast>>;
impl Archive {
    /// The archive, and who is told of a recording that has ended: bounded by how many run.
    pub fn new(
        store: Arc<Store>,
        events: EventHub,
        kept: Duration,
    ) -> (Archive, mpsc::UnboundedReceiver<RecordingId>) {
        let (tell, ended) = mpsc::unbounded_channel();
        let forgetting = forget_old(Arc::clone(&store), events.clone(), kept);
        let archive = Archive {
            store,
            held: Arc::new(Held::new(events.clone())),
            events,
            speakers: BTreeMap::new(),
            tell,
            writing: JoinSet::new(),
            forgetting,
            kept,
        };
        (archive, ended)
    }

    /// Writes what comes from `source` until that ends.
    pub fn begin(&mut self, recording: RecordingRecord, source: Box<dyn TapeSource>) {
        while self.writing.try_join_next().is_some() {}
        let speakers = Speakers::default();
        self.speakers.insert(recording.id, Arc::clone(&speakers));
        let (store, events) = (Arc::clone(&self.store), self.events.clone());
        let (tell, kept) = (self.tell.clone(), self.kept);
        let held = Arc::clone(&self.held);
        held.hold(&recording.id.to_string());
        self.writing.spawn(async move {
            let id = recording.id;
            // What has no row is never deleted, so nothing is written before there is one.
            let listed = list(&store, &recording, &held, kept).await;
            let (written, what) = match listed {
                Ok(()) => keep(&store, recording, source, speakers, kept).await,
                Err(failed) => (None, failed),
            };
            events.publish(what);
            // The brain may be gone already.
            let _ = tell.send(id);
            if let Some(recording) = written {
                put_in_the_end(&store, &recording).await;
            }
        });
    }

    /// Tells what happened; of a recording that is not in the list yet, once it is.
    pub fn publish(&self, event: Event, by: Option<Doer>) {
        self.held.publish(event, by);
    }

    /// Whom a leg on the tape belongs to.
    pub fn name(&mut self, recording: RecordingId, speaker: Speaker) {
        if let Some(speakers) = self.speakers.get(&recording) {
            let mut speakers = speakers.lock().unwrap_or_else(PoisonError::into_inner);
            speakers.add(speaker);
        }
    }

    pub fn ended(&mut self, recording: RecordingId) {
        self.speakers.remove(&recording);
    }

    /// Waits for what is still being written; every tape must have ended.
    pub async fn finish(mut self) {
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
    kept: Duration,
) -> (Archive, mpsc::UnboundedReceiver<RecordingId>) {
    recover(store).await;
    Archive::new(Arc::clone(store), events.clone(), kept)
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

/// Writes a recording to its end, and says how that went. The record comes back when it could not
/// be stored as it is now.
async fn keep(
    store: &Store,
    mut recording: RecordingRecord,
    source: Box<dyn TapeSource>,
    speakers: Speakers,
    kept: Duration,
) -> (Option<RecordingRecord>, Event) {
    let folder = store.recording_folder(recording.id);
    let serial = recording.id.as_uuid().as_u128() as u32;
    let known = Arc::clone(&speakers);
    let path = folder.clone();
    let written =
        tokio::task::spawn_blocking(move || writing::write(&path, serial, source, &known));
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
    recording.ended_at = Some(later(recording.started_at, taped.duration));
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
    (stored.is_err().then_some(recording), what)
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
    let at = later(recording.started_at, recording.duration);
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

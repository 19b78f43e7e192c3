//! Recordings from their first frame to their row and files; decides nothing about rooms.

use std::collections::BTreeMap;
use std::io;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use conclave_api::{Event, Happening, RecordingFailure, RecordingView, SpeakerLane, WaveformView};
use conclave_engine::TapeSource;
use conclave_model::{LegId, RecordingId, RecordingRecord, RecordingState, UnixMillis};
use conclave_node::Speaker;
use conclave_sound::{TapeEnd, Taped, duration_of, record};
use conclave_store::{SOUND_FILE, Store, WAVEFORM_FILE};
use conclave_web::EventHub;
use tokio::sync::mpsc;
use tokio::task::{JoinHandle, JoinSet};

/// Starts the writers of recordings and waits for them; the brain owns it.
pub struct Archive {
    store: Arc<Store>,
    events: EventHub,
    speakers: BTreeMap<RecordingId, Speakers>,
    tell: mpsc::UnboundedSender<RecordingId>,
    writing: JoinSet<()>,
    forgetting: JoinHandle<()>,
    kept: Duration,
}

type Speakers = Arc<Mutex<BTreeMap<LegId, Speaker>>>;

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
        self.writing.spawn(async move {
            let id = recording.id;
            let what = keep(&store, recording, source, speakers, kept).await;
            events.publish(what);
            // The brain may be gone already.
            let _ = tell.send(id);
        });
    }

    /// Whom a leg on the tape belongs to.
    pub fn name(&mut self, recording: RecordingId, speaker: Speaker) {
        if let Some(speakers) = self.speakers.get(&recording) {
            let mut speakers = speakers.lock().unwrap_or_else(PoisonError::into_inner);
            speakers.insert(speaker.leg, speaker);
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
        let sound = store.recording_folder(recording.id).join(SOUND_FILE);
        let duration = duration_of(&sound).unwrap_or_default();
        recording.bytes = std::fs::metadata(&sound).map_or(0, |about| about.len());
        recording.duration = duration;
        recording.ended_at = Some(later(recording.started_at, duration));
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
            match store.forget_recordings(before).await {
                Ok(old) if old.is_empty() => {}
                Ok(old) => {
                    tracing::info!("{} recordings were old and are deleted", old.len());
                    for recording in &old {
                        let what = RecordingView::of(recording, kept);
                        events.publish(Event {
                            at: UnixMillis(now),
                            what: Happening::RecordingDeleted(what),
                        });
                    }
                }
                Err(why) => tracing::error!("old recordings could not be deleted: {why}"),
            }
        }
    })
}

/// Writes a recording to its end, and says how that went.
async fn keep(
    store: &Store,
    mut recording: RecordingRecord,
    source: Box<dyn TapeSource>,
    speakers: Speakers,
    kept: Duration,
) -> Event {
    if let Err(why) = store.put_recording(&recording).await {
        tracing::error!("recording {} has no row yet: {why}", recording.id);
    }
    let folder = store.recording_folder(recording.id);
    let serial = recording.id.as_uuid().as_u128() as u32;
    let known = Arc::clone(&speakers);
    let written = tokio::task::spawn_blocking(move || write(&folder, serial, source, &known));
    let (taped, end) = written.await.unwrap_or_else(|_| {
        let end = TapeEnd::Failed("the writer panicked".to_owned());
        (Taped::default(), end)
    });
    recording.participants = count(&speakers);
    recording.duration = taped.duration;
    recording.bytes = taped.bytes;
    recording.ended_at = Some(later(recording.started_at, taped.duration));
    let why = sentence(&end);
    recording.state = match &why {
        None => RecordingState::Ready,
        Some(_) => RecordingState::Failed,
    };
    if taped.frames_lost > 0 {
        tracing::warn!(
            "recording {}: {} frames were lost",
            recording.id,
            taped.frames_lost
        );
    }
    if let Err(why) = store.put_recording(&recording).await {
        tracing::error!("recording {} could not be listed: {why}", recording.id);
    }
    let at = later(recording.started_at, taped.duration);
    let recording = RecordingView::of(&recording, kept);
    let what = match why {
        None => Happening::RecordingReady(recording),
        Some(why) => {
            tracing::error!("recording {} ended too early: {why}", recording.id);
            Happening::RecordingFailed(RecordingFailure { recording, why })
        }
    };
    Event { at, what }
}

fn count(speakers: &Speakers) -> u32 {
    let known = speakers.lock().unwrap_or_else(PoisonError::into_inner);
    u32::try_from(known.len()).unwrap_or(u32::MAX)
}

/// On a thread that may block.
fn write(
    folder: &Path,
    serial: u32,
    source: Box<dyn TapeSource>,
    speakers: &Speakers,
) -> (Taped, TapeEnd) {
    if let Err(why) = make_folder(folder) {
        return (Taped::default(), TapeEnd::Failed(why.to_string()));
    }
    let mut draw = |taped: &Taped| {
        let waveform = waveform(taped, speakers);
        if let Err(why) = put(folder, &waveform) {
            tracing::warn!("{}: no waveform: {why}", folder.display());
        }
    };
    let (taped, end) = record(&folder.join(SOUND_FILE), serial, source, &mut draw);
    draw(&taped);
    (taped, end)
}

fn make_folder(folder: &Path) -> io::Result<()> {
    use std::os::unix::fs::DirBuilderExt;
    let mut builder = std::fs::DirBuilder::new();
    builder.recursive(true).mode(0o700).create(folder)
}

/// Whole or not at all: a reader never sees half of it.
fn put(folder: &Path, waveform: &WaveformView) -> io::Result<()> {
    let unfinished = folder.join(".waveform");
    std::fs::write(&unfinished, serde_json::to_vec(waveform)?)?;
    std::fs::rename(&unfinished, folder.join(WAVEFORM_FILE))
}

fn waveform(taped: &Taped, speakers: &Speakers) -> WaveformView {
    let speakers = speakers.lock().unwrap_or_else(PoisonError::into_inner);
    let mut lanes: Vec<SpeakerLane> = taped
        .outline
        .lanes
        .iter()
        .filter_map(|(leg, lane)| {
            let speaker = speakers.get(leg)?;
            Some(SpeakerLane {
                participant: speaker.participant.to_string(),
                name: speaker.name.clone(),
                number: speaker.number.clone(),
                spans: lane.spans.clone(),
            })
        })
        .collect();
    lanes.sort_by_key(|lane| lane.spans.first().copied());
    WaveformView {
        duration_ms: millis(taped.duration),
        peak_ms: taped.outline.peak_ms,
        peaks: taped.outline.peaks.clone(),
        lanes,
    }
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
const FORGET_EVERY: Duration = Duration::from_secs(3_600);

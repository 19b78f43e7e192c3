//! A tape becomes a file, on a thread of its own: waits for frames, never for people.

mod ogg_pages;
mod opus_file;
mod outline;

use std::fs::{File, OpenOptions};
use std::io;
use std::ops::ControlFlow;
use std::path::Path;
use std::time::{Duration, Instant};

use conclave_media::{TapeFrame, TapeSource};
use conclave_model::limits;

pub use self::opus_file::duration_of;
use self::opus_file::{OpusFile, Paper};
pub use self::outline::{Lane, Outline};

/// What has been recorded so far.
#[derive(Clone, Debug, Default)]
pub struct Taped {
    pub outline: Outline,
    pub duration: Duration,
    pub bytes: u64,
    /// Frames that came too fast to be written; silence is in their place.
    pub frames_lost: u64,
}

/// Why a recording ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TapeEnd {
    /// Nothing came any more.
    Stopped,
    /// After [`limits::RECORDING_LENGTH`].
    TooLong,
    DiskFull,
    /// For the log.
    Failed(String),
}

/// Called with what there is every ten seconds; may end the recording.
pub type Keep<'a> = &'a mut dyn FnMut(&Taped) -> ControlFlow<TapeEnd>;

/// Writes a tape to the file at `path`, which must not exist, until it ends. Blocks.
///
/// What is there can be played at any moment but for the last second, also after a crash.
pub fn record(
    path: &Path,
    serial: u32,
    mut source: Box<dyn TapeSource>,
    keep: Keep<'_>,
) -> (Taped, TapeEnd) {
    let mut taped = Taped::default();
    let begun = create(path).and_then(|file| OpusFile::begin(file, serial));
    let end = to_the_end(begun, &mut *source, keep, &mut taped);
    weigh(path, taped, end)
}

/// Goes on behind what was recorded before, which nothing that happens can take away. Blocks.
/// `before` is what was made of it; how long it is, the file says.
pub fn record_on(
    path: &Path,
    before: Taped,
    mut source: Box<dyn TapeSource>,
    keep: Keep<'_>,
) -> (Taped, TapeEnd) {
    let mut taped = before;
    let begun = open(path).and_then(OpusFile::resume);
    let begun = begun.map(|(file, duration)| {
        taped.duration = duration;
        file
    });
    let end = to_the_end(begun, &mut *source, keep, &mut taped);
    weigh(path, taped, end)
}

fn to_the_end(
    begun: io::Result<OpusFile<File>>,
    source: &mut dyn TapeSource,
    keep: Keep<'_>,
    taped: &mut Taped,
) -> TapeEnd {
    let written = begun.and_then(|file| write(file, source, (KEEP_EVERY, keep), taped));
    match written {
        Ok(end) => end,
        Err(why) if why.kind() == io::ErrorKind::StorageFull => TapeEnd::DiskFull,
        Err(why) => TapeEnd::Failed(why.to_string()),
    }
}

fn weigh(path: &Path, mut taped: Taped, end: TapeEnd) -> (Taped, TapeEnd) {
    if let Ok(about) = std::fs::metadata(path) {
        taped.bytes = about.len();
    }
    (taped, end)
}

fn open(path: &Path) -> io::Result<File> {
    OpenOptions::new().read(true).write(true).open(path)
}

/// Readable by nobody else.
fn create(path: &Path) -> io::Result<File> {
    use std::os::unix::fs::OpenOptionsExt;
    let mut options = OpenOptions::new();
    options.write(true).create_new(true).mode(0o600).open(path)
}

fn write<P: Paper>(
    mut file: OpusFile<P>,
    source: &mut dyn TapeSource,
    (every, keep): (Duration, Keep<'_>),
    taped: &mut Taped,
) -> io::Result<TapeEnd> {
    let mut kept_at = Instant::now();
    let before = frames_in(taped.duration);
    let end = loop {
        while let Some(frame) = source.next() {
            add(&frame, before, &mut file, taped)?;
        }
        if source.has_ended() {
            break TapeEnd::Stopped;
        }
        if taped.duration >= limits::RECORDING_LENGTH {
            break TapeEnd::TooLong;
        }
        if kept_at.elapsed() >= every {
            kept_at = Instant::now();
            taped.bytes = file.sync()?;
            if let ControlFlow::Break(end) = keep(taped) {
                break end;
            }
        }
        std::thread::sleep(NAP);
    };
    file.finish()?;
    Ok(end)
}

/// One frame, and silence for those that were lost before it; `before` the tape there were so many.
fn add<P: Paper>(
    frame: &TapeFrame,
    before: u64,
    file: &mut OpusFile<P>,
    taped: &mut Taped,
) -> io::Result<()> {
    let expected = frames_in(taped.duration).saturating_sub(before);
    for number in expected..frame.number.min(expected + LOST_AT_ONCE) {
        taped.frames_lost += 1;
        write_one(&TapeFrame::silent(number), file, taped)?;
    }
    write_one(frame, file, taped)
}

fn write_one<P: Paper>(
    frame: &TapeFrame,
    file: &mut OpusFile<P>,
    taped: &mut Taped,
) -> io::Result<()> {
    file.write(frame.rate, frame.samples())?;
    let at_ms = u32::try_from(taped.duration.as_millis()).unwrap_or(u32::MAX);
    taped.outline.add(at_ms, frame.samples(), frame.speakers());
    taped.duration += FRAME;
    Ok(())
}

fn frames_in(duration: Duration) -> u64 {
    (duration.as_millis() / u128::from(limits::FRAME_MS)) as u64
}

const FRAME: Duration = Duration::from_millis(limits::FRAME_MS as u64);
/// A tenth of what fits the ring.
const NAP: Duration = Duration::from_millis(200);
/// What a crash may take of the waveform, and a power failure of the sound.
const KEEP_EVERY: Duration = Duration::from_secs(10);
/// A minute of silence for a disk that hung; what is missing beyond it only makes it shorter.
const LOST_AT_ONCE: u64 = 3_000;

#[cfg(test)]
mod tests {
    use std::collections::VecDeque;

    use super::*;

    fn on(_: &Taped) -> ControlFlow<TapeEnd> {
        ControlFlow::Continue(())
    }

    /// A second at a time, and never the last one.
    struct Endless(u64);

    impl TapeSource for Endless {
        fn next(&mut self) -> Option<TapeFrame> {
            self.0 += 1;
            let pauses = self.0.is_multiple_of(51);
            (!pauses).then(|| TapeFrame::silent(self.0 - 1 - self.0 / 51))
        }

        fn has_ended(&self) -> bool {
            false
        }
    }

    #[test]
    fn whoever_keeps_it_may_end_it_and_the_file_is_whole() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("sound.opus");
        let mut taped = Taped::default();
        let mut keep = |taped: &Taped| {
            if taped.duration < Duration::from_secs(2) {
                return ControlFlow::Continue(());
            }
            ControlFlow::Break(TapeEnd::DiskFull)
        };
        let file = OpusFile::begin(create(&path).unwrap(), 7).unwrap();
        let keep = (Duration::ZERO, &mut keep as Keep<'_>);
        let end = write(file, &mut Endless(0), keep, &mut taped).unwrap();
        assert_eq!((end, taped.frames_lost), (TapeEnd::DiskFull, 0));
        assert_eq!(duration_of(&path).unwrap(), Duration::from_secs(2));
    }

    struct Frames(VecDeque<TapeFrame>);

    impl TapeSource for Frames {
        fn next(&mut self) -> Option<TapeFrame> {
            self.0.pop_front()
        }

        fn has_ended(&self) -> bool {
            self.0.is_empty()
        }
    }

    fn frames(numbers: impl Iterator<Item = u64>) -> Box<Frames> {
        Box::new(Frames(numbers.map(TapeFrame::silent).collect()))
    }

    #[test]
    fn lost_frames_are_silence_and_the_file_is_as_long_as_the_meeting() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("sound.opus");
        let source = frames((0..100).chain(120..200));
        let (taped, end) = record(&path, 7, source, &mut on);
        assert_eq!(end, TapeEnd::Stopped);
        assert_eq!((taped.frames_lost, taped.duration.as_millis()), (20, 4_000));
        assert_eq!(duration_of(&path).unwrap().as_millis(), 4_000);
        assert_eq!(taped.bytes, std::fs::metadata(&path).unwrap().len());
    }

    #[test]
    fn a_file_that_was_cut_off_can_still_be_played_to_the_last_second() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("sound.opus");
        let _ = record(&path, 7, frames(0..500), &mut on);
        let whole = std::fs::read(&path).unwrap();
        std::fs::write(&path, &whole[..whole.len() / 2]).unwrap();
        let left = duration_of(&path).unwrap().as_secs();
        assert!((3..=6).contains(&left), "{left}");
    }

    /// Takes so many bytes.
    struct FullDisk {
        file: File,
        bytes_left: usize,
    }

    impl io::Write for FullDisk {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            let length = bytes.len().min(self.bytes_left);
            self.bytes_left -= length;
            if length == 0 {
                return Err(io::ErrorKind::StorageFull.into());
            }
            self.file.write(&bytes[..length])
        }

        fn flush(&mut self) -> io::Result<()> {
            self.file.flush()
        }
    }

    impl Paper for FullDisk {
        fn sync(&self) -> io::Result<u64> {
            self.file.sync()
        }
    }

    #[test]
    fn what_fits_a_disk_before_it_is_full_can_be_played() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("whole.opus");
        let (whole, _) = record(&path, 7, frames(0..500), &mut on);
        let path = dir.path().join("sound.opus");
        let bytes_left = usize::try_from(whole.bytes / 2).unwrap();
        let file = create(&path).unwrap();
        let file = OpusFile::begin(FullDisk { file, bytes_left }, 7).unwrap();
        let mut taped = Taped::default();
        let mut source = frames(0..500);
        let why = write(file, &mut *source, (KEEP_EVERY, &mut on), &mut taped).unwrap_err();
        assert_eq!(why.kind(), io::ErrorKind::StorageFull);
        assert!(!source.0.is_empty(), "it was read on for nobody");
        let left = duration_of(&path).unwrap();
        assert!(left.as_secs() >= 3 && left <= taped.duration, "{left:?}");
    }

    /// The first part of three, and how long it is.
    fn first_part(path: &Path) -> Taped {
        let (taped, end) = record(path, 7, frames(0..125), &mut on);
        assert_eq!(end, TapeEnd::Stopped);
        assert_eq!(duration_of(path).unwrap().as_millis(), 2_500);
        taped
    }

    #[test]
    fn what_goes_on_in_a_file_is_one_stream_and_as_long_as_both() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("sound.opus");
        let mut taped = first_part(&path);
        for part in 1..=2_u32 {
            let source = frames((0..70).chain(80..100));
            let (all, end) = record_on(&path, taped, source, &mut on);
            taped = all;
            assert_eq!(end, TapeEnd::Stopped);
            // What was looked ahead takes a frame between two parts.
            let expected = Duration::from_millis(2_500 + u64::from(part) * 2_020);
            assert_eq!(taped.duration, expected);
            assert_eq!(duration_of(&path).unwrap(), expected);
            assert_eq!(taped.frames_lost, u64::from(part) * 10);
        }
        let bytes = std::fs::read(&path).unwrap();
        assert_eq!(taped.bytes, bytes.len() as u64);
        let starts: Vec<usize> = bytes
            .windows(4)
            .enumerate()
            .filter_map(|(at, four)| (four == b"OggS").then_some(at))
            .collect();
        let ends = starts.iter().filter(|at| bytes[**at + 5] & 4 != 0).count();
        assert_eq!(ends, 1, "one end");
        let sequence: Vec<u8> = starts.iter().map(|at| bytes[at + 18]).collect();
        let expected: Vec<u8> = (0..).take(starts.len()).collect();
        assert_eq!(sequence, expected);
        let file = Box::new(File::open(&path).unwrap());
        let sound = crate::decode::decode(file, Some("opus"), usize::MAX).unwrap();
        let seconds = sound.len() as f32 / 16_000.0;
        assert!((6.4..6.6).contains(&seconds), "{seconds}");
    }

    #[test]
    fn a_crash_in_what_goes_on_takes_nothing_of_what_was_there() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("sound.opus");
        let taped = first_part(&path);
        let before = std::fs::metadata(&path).unwrap().len();
        let _ = record_on(&path, taped, frames(0..200), &mut on);
        let whole = std::fs::read(&path).unwrap();
        let cut = dir.path().join("cut.opus");
        for length in (before..whole.len() as u64).step_by(97) {
            std::fs::write(&cut, &whole[..usize::try_from(length).unwrap()]).unwrap();
            let left = duration_of(&cut).unwrap();
            assert!(left >= Duration::from_millis(2_500), "{length}: {left:?}");
        }
        // And what was cut off goes on, too.
        let (taped, end) = record_on(&cut, Taped::default(), frames(0..50), &mut on);
        assert_eq!(end, TapeEnd::Stopped);
        assert_eq!(duration_of(&cut).unwrap(), taped.duration);
        assert!(taped.duration > Duration::from_millis(3_500));
    }

    #[test]
    fn what_is_no_recording_is_left_alone() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("sound.opus");
        std::fs::write(&path, "kept").unwrap();
        let (_, end) = record_on(&path, Taped::default(), frames(0..5), &mut on);
        assert!(matches!(end, TapeEnd::Failed(_)), "{end:?}");
        assert_eq!(std::fs::read(&path).unwrap(), b"kept");
    }

    #[test]
    fn a_file_that_is_there_is_not_written_over() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("sound.opus");
        std::fs::write(&path, "kept").unwrap();
        let (_, end) = record(&path, 7, frames(0..5), &mut on);
        assert!(matches!(end, TapeEnd::Failed(_)), "{end:?}");
        assert_eq!(std::fs::read(&path).unwrap(), b"kept");
    }

    #[test]
    fn a_folder_that_is_not_there_is_said() {
        let (taped, end) = record(Path::new("/nowhere/x"), 7, frames(0..5), &mut on);
        assert!(matches!(end, TapeEnd::Failed(_)), "{end:?}");
        assert_eq!(taped.bytes, 0);
    }
}

//! The files of one recording, on a thread that may wait for the disk; knows no row.

use std::io;
use std::ops::ControlFlow;
use std::path::Path;
use std::sync::{Mutex, PoisonError};

use conclave_api::WaveformView;
use conclave_engine::TapeSource;
use conclave_model::limits;
use conclave_sound::{TapeEnd, Taped, duration_of, record, record_on};
use conclave_store::{SOUND_FILE, WAVEFORM_FILE};

use super::cast::Cast;
use super::millis;

/// Writes a recording and its waveform to the end, behind what there is `before`. Blocks.
pub(super) fn write(
    folder: &Path,
    serial: u32,
    before: Taped,
    source: Box<dyn TapeSource>,
    cast: &Mutex<Cast>,
) -> (Taped, TapeEnd) {
    if let Err(why) = make_folder(folder) {
        return (before, TapeEnd::Failed(why.to_string()));
    }
    if is_full(folder, limits::RECORDING_RESERVE_BYTES) {
        return (before, TapeEnd::DiskFull);
    }
    let mut draw = |taped: &Taped| {
        let waveform = drawn(taped, cast);
        if let Err(why) = put(folder, &waveform) {
            tracing::warn!("{}: no waveform: {why}", folder.display());
        }
        if is_full(folder, limits::RECORDING_RESERVE_BYTES) {
            return ControlFlow::Break(TapeEnd::DiskFull);
        }
        ControlFlow::Continue(())
    };
    let path = folder.join(SOUND_FILE);
    // Somebody may have deleted it meanwhile: then it begins anew.
    let (taped, end) = if path.exists() {
        record_on(&path, before, source, &mut draw)
    } else {
        record(&path, serial, source, &mut draw)
    };
    let _ = draw(&taped);
    (taped, end)
}

/// What there is of a recording whose writer is gone.
pub(super) fn found(folder: &Path) -> Taped {
    let sound = folder.join(SOUND_FILE);
    Taped {
        duration: duration_of(&sound).unwrap_or_default(),
        bytes: std::fs::metadata(&sound).map_or(0, |about| about.len()),
        ..Taped::default()
    }
}

/// Less than this is free on the disk that has the folder. A disk that does not say has room.
fn is_full(folder: &Path, reserve_bytes: u64) -> bool {
    nix::sys::statvfs::statvfs(folder)
        .is_ok_and(|disk| disk.blocks_available() * disk.fragment_size() < reserve_bytes)
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

fn drawn(taped: &Taped, cast: &Mutex<Cast>) -> WaveformView {
    let cast = cast.lock().unwrap_or_else(PoisonError::into_inner);
    WaveformView {
        duration_ms: millis(taped.duration),
        peak_ms: taped.outline.peak_ms,
        peaks: taped.outline.peaks.clone(),
        lanes: cast.lanes(&taped.outline),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_disk_is_full_while_there_is_still_room_for_others() {
        let folder = std::env::temp_dir();
        assert!(!is_full(&folder, 1));
        assert!(is_full(&folder, u64::MAX));
        assert!(!is_full(Path::new("/nowhere/at/all"), u64::MAX));
    }
}

//! The API, the console and what is kept.

use std::time::Duration;

/// A caller who stands at the door for longer needs somebody's attention: the PIN and the name
/// together seldom take half of it.
pub const WAITING_LONG: Duration = Duration::from_secs(60);
/// Events kept for a client that comes back with `Last-Event-ID`.
pub const EVENTS_KEPT: usize = 4_096;
/// What the terminal view keeps of what happened in a room: more than any screen has lines.
pub const TOP_LOG: usize = 200;
/// Those who left a room last, whom a late event does not bring back to the terminal view: more
/// than hang up within the second that an event may be late.
pub const TOP_GONE: usize = 256;
/// A stream of events ends after this long, and its client comes back and says anew who it is: a
/// session or a token may have run out meanwhile.
pub const EVENT_STREAM: Duration = Duration::from_secs(60 * 60);
/// Calls are kept for this long unless the operator says otherwise: a quarter, which is what people
/// ask after. Numbers of callers should not be kept for longer than somebody needs them.
pub const CALL_LOG_DAYS: u32 = 90;
/// And at most so many, about 600 MB: whoever tries out numbers day and night fills no disk.
pub const CALL_LOG_ROWS: u64 = 1_000_000;
/// Lines of the audit log are kept for this long unless the operator says otherwise: who asks what
/// happened asks within a year.
pub const AUDIT_LOG_DAYS: u32 = 365;
/// And at most so many, about 200 MB.
pub const AUDIT_LOG_ROWS: u64 = 1_000_000;
/// Moments kept of one call: the way in has ten at most, the rest are holds and mutes.
pub const CALL_STEPS: usize = 64;
/// SIP messages kept of one call, half of them its first and half its last: a call with hold and
/// refreshes has about twenty.
pub const LADDER_MESSAGES: usize = 64;
/// Of each of them: an INVITE with a browser's offer is 3 kB long.
pub const LADDER_MESSAGE_BYTES: usize = 4 * 1024;
/// Of all calls at once, in memory: 7 kB for each call of a full server. Messages beyond it are
/// kept without their text.
pub const LADDERS_BYTES: usize = 64 * 1024 * 1024;
/// A call's messages are kept this long after its end before they are stored: the answer to the
/// last BYE comes within it, also if it had to be sent three times.
pub const LADDER_LINGER: Duration = Duration::from_secs(2);
/// Calls whose messages stay in the store: a busy day's; at 8 kB each, 80 MB.
pub const LADDERS_KEPT: u32 = 10_000;
/// Recordings are kept for this long unless the operator says otherwise: a quarter, as calls are.
pub const RECORDING_DAYS: u32 = 90;
/// The longest recording, of some 430 MB: a meeting that is longer was forgotten by everybody.
pub const RECORDING_LENGTH: Duration = Duration::from_secs(24 * 60 * 60);
/// Recordings at once: each has a thread that encodes for about half a percent of a processor.
pub const RECORDINGS_RUNNING: usize = 100;
/// No recording takes the last of a disk: what is left is for the call log and all else. A hundred
/// recordings write 5 MB between two looks.
pub const RECORDING_RESERVE_BYTES: u64 = 256 * 1024 * 1024;
/// Programs that `record_command` may name: more are no list that somebody keeps in mind.
pub const RECORD_COMMANDS_ALLOWED: usize = 32;
/// What of them runs at once: they share the machine with calls.
pub const RECORD_COMMANDS_RUNNING: usize = 4;
/// What runs or waits for that: every recording may end with the last call of an evening, and
/// twice so many are a program that never gets done.
pub const RECORD_COMMANDS: usize = 2 * RECORDINGS_RUNNING;
/// What takes longer is ended: 430 MB, the longest recording, over a line of 6 Mbit/s.
pub const RECORD_COMMAND_TIME: Duration = Duration::from_secs(10 * 60);
/// Bytes of what each says on each of its two outputs that are logged: a message of error.
pub const RECORD_COMMAND_OUTPUT: usize = 2_048;
/// Points of a recording's waveform: more than a wide screen has columns.
pub const RECORDING_PEAKS: usize = 2_000;
/// Stretches of speech that a recording remembers, about 400 KiB of JSON; of a longer one those
/// that are close together become one.
pub const RECORDING_SPANS: usize = 20_000;
/// Speakers of a recording that are told apart.
pub const RECORDING_LANES: usize = 1_000;
/// People of one recording whose names are kept, some 2 MB: calls that come and go for a day.
pub const RECORDING_SPEAKERS: usize = 10_000;
/// Who listened to which recording within the last hour: more than a company listens to at once.
pub const LISTENERS_REMEMBERED: usize = 1_000;
/// Changes that wait for the last change of the same room to be stored: a store that is further
/// behind is not going to catch up while somebody waits.
pub const CHANGES_WAITING: usize = 256;
/// JSON bodies; uploads have their own limit.
pub const API_BODY_BYTES: usize = 256 * 1024;
/// One song of music on hold: an hour of FLAC.
pub const UPLOAD_BYTES: usize = 256 * 1024 * 1024;
/// A prompt that replaces one of ours: nobody listens to a minute of it.
pub const PROMPT_UPLOAD_BYTES: usize = 16 * 1024 * 1024;
/// A backup on its way back: six thousand hours of recordings at 24 kbit/s, and all the music.
pub const BACKUP_BYTES: usize = 64 * 1024 * 1024 * 1024;
/// Files in one: [`PLAYLISTS`] of [`PLAYLIST_TRACKS`], and as many of recordings.
pub const BACKUP_FILES: usize = 200_000;
/// The list of them: 300 bytes for each.
pub const BACKUP_MANIFEST_BYTES: u64 = 64 * 1024 * 1024;
/// A path in it: a folder, and a name as long as the disk allows.
pub const BACKUP_PATH_BYTES: usize = 512;
/// What a backup leaves free on the disk, so that calls and rooms can still be written: a busy day
/// of call log and SIP messages takes a tenth.
pub const DISK_RESERVE_BYTES: u64 = 1024 * 1024 * 1024;
/// A file that was changed within it may be replaced while a backup is made, so it is held open
/// from the beginning: two of each recording that is being made, whose drawing is renewed every
/// minute.
pub const BACKUP_LATELY: Duration = Duration::from_secs(120);
/// As many files are held: two of each of a hundred recordings, and a quarter of what a program may
/// have open where nobody allows it more.
pub const BACKUP_HELD: usize = 256;
/// Waiting for another backup: whoever has all of one may come back before it was noted.
pub const BACKUP_TURN: Duration = Duration::from_secs(3);
/// One value of a database that was sent to us: four times the largest body that we keep.
pub const DATABASE_VALUE_BYTES: usize = 4 * API_BODY_BYTES;
/// Read, hashed and sent at once: large enough to cost few calls.
pub const BACKUP_PIECE_BYTES: usize = 64 * 1024;
/// As much of a song is sent to listen to: enough to judge it, 3 MB at the widest.
pub const LISTEN: Duration = Duration::from_secs(30);
/// Uploads at once: each may fill [`UPLOAD_BYTES`] of the disk before it is looked at.
pub const UPLOADS: usize = 4;
/// HTTP connections at once on one listener, event streams among them: about 40 KiB each.
pub const API_CONNECTIONS: usize = 512;
/// Requests of one user or program at once: a page opens with ten, a script that goes through all
/// rooms sends a thousand.
pub const API_REQUESTS: u32 = 1_000;
/// And then one in each pause, 100 a second: what the brain answers without anybody noticing.
pub const API_REQUEST_PAUSE: Duration = Duration::from_millis(10);
/// Requests of nobody we know from one address: an office that signs in within a minute.
pub const API_STRANGER_REQUESTS: u32 = 300;
pub const API_STRANGER_PAUSE: Duration = Duration::from_millis(50);
/// Callers remembered for that, 100 bytes each.
pub const API_CALLERS: usize = 10_000;
/// Items of a list in one answer when the request does not say.
pub const API_PAGE: u32 = 100;
/// And at most; about 500 KiB of JSON.
pub const API_PAGE_MAX: u32 = 1_000;
/// How long a repeated request with the same `Idempotency-Key` gets the same answer.
pub const IDEMPOTENCY_KEPT: Duration = Duration::from_secs(24 * 60 * 60);
/// A UUID takes 36; longer keys are somebody's whole request.
pub const IDEMPOTENCY_KEY_BYTES: usize = 255;
/// The brain answers in milliseconds unless the disk hangs.
pub const API_ANSWER: Duration = Duration::from_secs(15);
/// A client that needs longer for the head or the body of a request, or takes nothing of its
/// answer for so long, is given up.
pub const API_CLIENT_PATIENCE: Duration = Duration::from_secs(30);
/// A client that was refused may go on sending for so long, so that it lives to read why.
pub const API_LINGER: Duration = Duration::from_secs(10);
/// Requests waiting for the brain; one more is answered with 503.
pub const API_QUEUE: usize = 256;
/// A file name of 255 bytes is the disk's limit; this leaves room for our temporary names.
pub const TRACK_NAME_BYTES: usize = 120;
/// Folders under `playlists/`: one for every mood of every department.
pub const PLAYLISTS: usize = 200;
/// Tracks in one playlist; three-minute songs reach [`PLAYLIST_MINUTES`] long before.
pub const PLAYLIST_TRACKS: usize = 500;
/// Decoded sound of one playlist: 1.9 MB a minute at 16 kHz, so 115 MB.
pub const PLAYLIST_MINUTES: u64 = 60;
/// Decoded sound of all playlists in use: 460 MB; beyond it the one unused longest is given up.
pub const PLAYLISTS_MINUTES: u64 = 240;

/// Sounds that an operator uploads for rooms to name: 25 for each of a dozen departments.
pub const SOUNDS: usize = 300;
/// One of them: an announcement that somebody listens to the end.
pub const SOUND_SECONDS: u64 = 120;
/// All of them, as they are held ready to be played: 58 MB.
pub const SOUNDS_SECONDS: u64 = 30 * 60;

//! Sound and its packets.

use std::ops::RangeInclusive;
use std::time::Duration;

/// The tick, in milliseconds: one frame of every codec we speak.
pub const FRAME_MS: u32 = 20;
/// Mixed at once in one room: more than eight voices are a noise that nobody follows, and each of
/// them costs a decode and an encode of their own.
pub const TALKERS: usize = 8;
/// And while ticks run late: somebody speaks, somebody answers, somebody breaks in.
pub const TALKERS_LEAST: usize = 3;
/// How much louder or softer a participant can be made for the others: 20 dB is four times as loud
/// to the ear, which levels a whisper and a shout; beyond it the line's noise is all there is.
pub const VOLUME_DB: RangeInclusive<i8> = -20..=20;
/// Speech ends so long after its last sound where nothing else is set: longer than the pause
/// between two words, shorter than the one between two sentences.
pub const SPEECH_PAUSE: Duration = Duration::from_millis(400);
/// The longest pause that may be set in its place: as long as a leg may be silent before it is
/// gone ([`MEDIA_TIMEOUT`]).
pub const SILENCE_THRESHOLD: Duration = MEDIA_TIMEOUT;
/// Keys that others pressed and a leg was not sent yet: more than anybody types within the 200 ms
/// that each takes, and less than would come long after.
pub const DIGITS_WAITING: usize = 8;
/// Voices whose places a binaural room remembers, the longest silent first to lose theirs: more
/// than speak in any meeting.
pub const SEATS: usize = 256;
/// Voices that are cleaned of noise in one tick of a deck though nobody hears them yet: 80 µs each,
/// an eighth of the tick, and more than begin to speak in the same moment. Talkers come first.
pub const DENOISED_UNHEARD: u32 = 32;
/// How often the quality of a line is looked at: RTCP reports come as often (RFC 3550 §6.2), and
/// of 250 packets one lost is not one in a hundred.
pub const QUALITY_READING: Duration = Duration::from_secs(5);
/// Nothing received for this long from a leg that should send: the caller is gone.
pub const MEDIA_TIMEOUT: Duration = Duration::from_secs(60);
/// Reports of one key press by several ways (event, tone, INFO) this close together are one press:
/// room for an INFO that was lost once (T1 is 500 ms) and for a tone behind the jitter buffer.
pub const DIGIT_MERGE: Duration = Duration::from_secs(1);
/// A worker answers within a tick; after this the media plane's word about a leg is taken for lost.
pub const LEG_PATIENCE: Duration = Duration::from_secs(5);
/// Callers who are told at once that there is no such room, or that the server is busy: each holds
/// a port for some seconds, and whoever guesses numbers would hold them all. The others are refused
/// without a word.
pub const REFUSALS_SPOKEN: usize = 32;
/// Presses remembered to tell echoes apart: nobody presses more within [`DIGIT_MERGE`], but a flood
/// of INFO might.
pub const DIGITS_REMEMBERED: usize = 32;
/// Keys kept that were pressed before the ACK came: the longest PIN and `#`, and some.
pub const EARLY_KEYS: usize = 16;
/// The widest jitter that is smoothed before packets are given up.
pub const JITTER_MAX_MS: u32 = 400;
/// After this much silence of the address that sends to us, another may take its place: a phone
/// that moved to another network is back within seconds, and a stranger seldom guesses the moment.
pub const MEDIA_RELATCH: Duration = Duration::from_secs(2);
/// Legs of one stage on one deck before it is opened on another: 3 ms of the tick with plain system
/// calls. Two decks are worth an exchange of sound then, and a smaller room is whole.
pub const SPREAD_AT: usize = 300;
/// Other decks that a stage is on at once: one worker less than the largest machine has cores.
pub const NEIGHBOURS: usize = 63;
/// Exports that go round between two neighbours: two for each of the ticks that a late worker makes
/// up for, and for one more.
pub const EXPORTS: usize = 12;
/// Announcements that wait for one stage; the room merges arrivals, so that more never wait.
pub const ANNOUNCEMENTS_WAITING: usize = 8;
/// Different (codec, packet time, Opus settings) that one mix is encoded for and shared; a leg
/// beyond that is encoded for alone.
pub const ENCODES_SHARED: usize = 16;
/// Legs that one worker takes in within one tick: each costs some system calls, and a hall that
/// dials in at once must not make a tick late. 3,200 a second, where 200 are a lot. What was
/// ordered after them waits, too: orders keep their order.
pub const OPENS_PER_TICK: usize = 64;
/// Frames of a recording between the tick and the thread that writes: five seconds, which a disk
/// may stand still. What comes after that is lost and counted.
pub const TAPE_FRAMES: usize = 256;
/// Playlists that one worker keeps the place in.
pub const STATIONS: usize = 64;
/// What we send and ask for; shorter packets cost more headers than sound.
pub const PTIME_MS: RangeInclusive<u32> = 10..=60;
/// Clock rates of telephone events: the audio codecs' from narrow band to studio.
pub const KEYPAD_CLOCK_HZ: RangeInclusive<u32> = 8_000..=96_000;
/// An Ethernet frame without IP and UDP headers; RTP is never fragmented.
pub const RTP_PACKET_BYTES: usize = 1_472;
/// A datagram; counter mode has a key stream for sixteen times as much (RFC 3711 §4.1.1).
pub const SRTP_PACKET_BYTES: usize = 65_535;
/// Streams under one key: a telephone has one, and some take a new one whenever they are held. None
/// is forgotten before the key, or its packets could be played again; each costs 80 bytes.
pub const SRTP_SOURCES: usize = 32;
/// So far back a packet may come late: 2.5 s. RFC 3711 §3.3.2 asks for 64 at least.
pub const SRTP_REPLAY_PACKETS: u32 = 128;

//! What each bridge option but the sounds does, for people; decides nothing.

use super::{Manual, manual};
use crate::confbridge::BridgeOption;

/// In the order of the table of options.
pub(super) const BRIDGE: [(BridgeOption, Manual); 22] = [
    (
        BridgeOption::MaxMembers,
        manual(
            "0",
            "How many may be in the room; 0 for as many as a room can hold. Admins pass.",
            "Who waits for a leader has a seat too, so that nobody is let into a room that is \
             full.",
        ),
    ),
    (
        BridgeOption::Language,
        manual(
            "auto",
            "The language in which all are spoken to.",
            "Each is spoken to alone in the language of their phone, if it says which.",
        ),
    ),
    (
        BridgeOption::InternalSampleRate,
        manual(
            "auto",
            "The band of the mix: nobody hears above half of this rate.",
            "Any of the rates is exact; each phone is sent the rate of its codec.",
        ),
    ),
    (
        BridgeOption::MaximumSampleRate,
        manual(
            "none",
            "The most that the band may be.",
            "Binds only what is heard; a phone of a higher rate is welcome.",
        ),
    ),
    (
        BridgeOption::MixingInterval,
        manual(
            "20",
            "How often sound is mixed, in milliseconds.",
            "Longer packets for phones that take them, in the place of slower mixing.",
        ),
    ),
    (
        BridgeOption::RecordConference,
        manual(
            "no",
            "Records every meeting from the first one in to the last one out.",
            "Everybody is told, and everybody who comes.",
        ),
    ),
    (
        BridgeOption::RecordFile,
        manual(
            "",
            "The name of the file, in lists, downloads and for `record_command`; left out, the \
             room's number and title and the time.",
            "Never a path: on the disk each recording has a folder of its own, so that rooms of \
             the same name never write over each other. The ending is that of what is written, \
             `.opus`.",
        ),
    ),
    (
        BridgeOption::RecordFileAppend,
        manual(
            "yes",
            "A recording that is started again in the same meeting, from the first one in to the \
             last one out, goes on in the same file and under the same name. It begins a new one \
             when one of these three options was changed meanwhile, and when the one before ended \
             by itself (too long, or the disk full).",
            "A later meeting always has a file of its own, also where the name is the same: each \
             is kept for its own time and has its own people.",
        ),
    ),
    (
        BridgeOption::RecordFileTimestamp,
        manual(
            "yes",
            "The time at which the file was begun is part of its name: seconds of Unix time before \
             the ending.",
            "The name of a room that has no `record_file` has the time in any case, as there.",
        ),
    ),
    (
        BridgeOption::RecordOptions,
        manual(
            "",
            "Letters of MixMonitor: `a` as `record_file_append=yes`; `v(x)` and `W(x)` make the \
             recording louder or softer than the room, x from -4 to 4 in steps of 6 dB. Without \
             effect: `b`, as all of a meeting is recorded; `V(x)` and `t(file)`, as a recorder \
             says nothing; `r(file)`, `D`, `S` and `n`, as one file has all; `i(variable)` and \
             `c`, as there is no dialplan; `p`, `P` and `B(x)`, as everybody is told in words.",
            "There is no MixMonitor. `m` (there are no mailboxes) and `d` (recordings are deleted \
             by their age, or by hand) are refused, as is any other letter. A limiter guards what \
             is made louder.",
        ),
    ),
    (
        BridgeOption::RecordCommand,
        manual(
            "",
            "A program that is run when the file of a recording is finished: with \
             `record_file_append` once, at the end of the meeting. It gets the file's path, its \
             name, the room's number, and the ids of room and recording as arguments after its \
             own, and all about the recording as JSON on its standard input. It has ten minutes; \
             how it ended is the event `recording.command_finished`.",
            "Never a command line: the name of one of `[record_commands]` in the server's own \
             conclave.toml, which says the path and the first arguments. No shell, and none of \
             the server's environment. Text from a form never runs.",
        ),
    ),
    (
        BridgeOption::RegContext,
        manual(
            "",
            "The room's number is registered while it is used.",
            "Asked for over the API, by cluster or telephone system: \
             `GET /api/v1/registrations?context=NAME`.",
        ),
    ),
    (
        BridgeOption::VideoMode,
        manual(
            "none",
            "Whose picture everybody sees: nobody's, of whoever speaks, of the last or first leader, \
             or (`sfu`) everybody's, each on a line of its own.",
            "H.264 and VP8 are passed on as they come, to phones that take them. `follow_talker` \
             stays with whoever speaks until they pause, and goes to another after a second of \
             speech; they see who spoke before. `last_marked` really falls back to the leader who \
             came before. A leader sees the next one, not themselves. Whoever called while it was \
             `none` stays without pictures but in `sfu`, where up to eight others are offered by \
             re-INVITE.",
        ),
    ),
    (
        BridgeOption::VideoUpdateDiscard,
        manual(
            "2000",
            "How long further requests for a whole picture are dropped, in milliseconds.",
            "Somebody who newly sees a sender gets a whole picture first, however many requests \
             were dropped.",
        ),
    ),
    (
        BridgeOption::RembSendInterval,
        manual(
            "0",
            "How often receivers' bandwidth is reported to senders, in milliseconds; 0: never.",
            "In every mode, not in `sfu` alone.",
        ),
    ),
    (
        BridgeOption::RembBehavior,
        manual(
            "average",
            "How receivers' bandwidths become one: of those who see the sender, or (`_all`) of the \
             whole room.",
            "`average` is the true mean.",
        ),
    ),
    (
        BridgeOption::RembEstimatedBitrate,
        manual(
            "0",
            "The bandwidth that `force` reports, in bits per second.",
            "",
        ),
    ),
    (
        BridgeOption::EnableEvents,
        manual(
            "no",
            "Participants with `send_events` receive events of the room as JSON in messages of the \
             type `application/x-asterisk-confbridge-event+json`.",
            "The type that ConfBridge sends and its clients read; its manual names another. In a \
             welcome, each has flags of their own. Also when the room is locked and opened \
             (`ConfbridgeLock`, `ConfbridgeUnlock`). No participant can send an event.",
        ),
    ),
    (
        BridgeOption::BinauralActive,
        manual(
            "no",
            "Each voice has a place of its own for those who hear in stereo (Opus).",
            "No special build; a phone with one channel hears as before.",
        ),
    ),
    (
        BridgeOption::JitterBuffer,
        manual(
            "",
            "Nothing, also in ConfBridge.",
            "Every call has one that adapts itself.",
        ),
    ),
    (
        BridgeOption::Template,
        manual(
            "",
            "Begins with all that the profile of this name says; what the text says itself wins.",
            "ConfBridge takes it from the dialplan alone. Profiles are kept by `conclave profiles` \
             or read from a file by `conclave import confbridge`.",
        ),
    ),
    (
        BridgeOption::Announcements,
        manual(
            "yes",
            "No: nothing is said or sounded to all of who comes, goes, leads and how many there \
             are, and no names are asked for. What is said to one alone is said.",
            "That a recording begins is said all the same, and what somebody has played by hand.",
        ),
    ),
];

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
            "The name of the file.",
            "Never a path: recordings stay in their directory.",
        ),
    ),
    (
        BridgeOption::RecordFileAppend,
        manual(
            "yes",
            "A second recording of a meeting goes on in the same file.",
            "",
        ),
    ),
    (
        BridgeOption::RecordFileTimestamp,
        manual("yes", "The time is part of the file's name.", ""),
    ),
    (
        BridgeOption::RecordOptions,
        manual("", "Letters for MixMonitor.", "There is no MixMonitor."),
    ),
    (
        BridgeOption::RecordCommand,
        manual(
            "",
            "A program that is run when a recording ends.",
            "Text from a form never runs a program.",
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

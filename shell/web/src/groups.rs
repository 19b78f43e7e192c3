//! The groups of operations in the description of the API, in the order in which one meets them.

use utoipa::openapi::tag::{Tag, TagBuilder};

/// Every `tag` of an operation, with what the group is about.
pub(crate) fn groups() -> Vec<Tag> {
    GROUPS
        .iter()
        .map(|(name, about)| {
            TagBuilder::new()
                .name(*name)
                .description(Some(*about))
                .build()
        })
        .collect()
}

const GROUPS: &[(&str, &str)] = &[
    (
        "rooms",
        "A room has a title, an extension and mostly a PIN, and can be dialled as soon as it is \
         made. Every change takes effect at once.",
    ),
    (
        "profiles",
        "ConfBridge options under a name, for many rooms: a room whose Options or User options say \
         `template=NAME` begins with them. A change takes effect at once in every such room.",
    ),
    (
        "menus",
        "What keys do in a room. Presets come with the server; menus of your own are written as \
         ConfBridge's, and rooms choose them by name.",
    ),
    (
        "extensions",
        "Numbers that are no room: the echo test, and announcements that are said to whoever dials \
         them.",
    ),
    (
        "phones",
        "Accounts with which telephones register, and where those are. A password is in the answer \
         that makes it and nowhere else.",
    ),
    (
        "trunks",
        "Other telephone systems and carriers: how the server is attached to each, and how it \
         does. Calls over a trunk reach rooms by their extension, or the room that is its target.",
    ),
    (
        "live",
        "What goes on in a room now: who is in it, who waits at its door, and what a moderator \
         does with them. A room that nobody is in has no live view to change.",
    ),
    (
        "events",
        "Everything that happens, as server-sent events. `Last-Event-ID` goes on where a \
         connection broke.",
    ),
    (
        "recordings",
        "What was recorded of a room, to be listened to, fetched and deleted.",
    ),
    (
        "calls",
        "Calls that have ended, each with a verdict, its timeline, its quality and its SIP \
         messages.",
    ),
    (
        "playlists",
        "Music for whoever is alone. Tracks are levelled to one loudness when they are added.",
    ),
    (
        "prompts",
        "What the server says, in each language; any of it can be replaced.",
    ),
    (
        "sounds",
        "Sounds of your own, for rooms to name in their options in the place of ours.",
    ),
    (
        "webhooks",
        "Events sent to other programs, as Standard Webhooks describes it: signed, tried again, \
         and kept in a log.",
    ),
    (
        "users",
        "People who sign in. Their role says what they may do.",
    ),
    (
        "tokens",
        "Secrets of programs, each with permissions of its own.",
    ),
    (
        "session",
        "The first start, signing in and out, and one's own password.",
    ),
    ("audit", "Who changed and was shown what."),
    (
        "system",
        "Backups of everything that was set, and putting one back.",
    ),
    (
        "status",
        "Whether the server is well, for people and for monitoring.",
    ),
];

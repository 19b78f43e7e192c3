//! Somebody who is at the door of a room; does not know what they type.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{DoorName, LiveRef};

/// A caller who was answered and is not in the room yet, or waits in it for a leader.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct WaitingView {
    /// The same as after the caller has entered.
    #[schema(example = "pa_0193a6c1b2f07c3e9d5a4b6c7d8e9f00")]
    pub id: String,
    /// The call's id.
    pub call: String,
    #[schema(required)]
    pub name: Option<String>,
    /// The caller's number, or `anonymous`.
    pub number: String,
    pub door: DoorName,
    #[schema(format = DateTime)]
    pub since: String,
    pub step: WaitingStep,
    /// Wrong PINs typed so far.
    pub pins_wrong: u8,
}

/// What a caller at the door is doing; `leader` is one who is past it and waits for a leader.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum WaitingStep {
    /// Is asked for the PIN.
    Pin,
    /// Is asked for the name.
    Name,
    /// Nothing is asked any more.
    Entering,
    /// Is in the room, but waits for a leader there: hears music or listens, and is not heard.
    Leader,
}

/// One who waits, and where.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Wait {
    #[serde(flatten)]
    pub at: LiveRef,
    pub waiting: WaitingView,
}

/// The end of a wait.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct WaitEnd {
    #[serde(flatten)]
    pub at: LiveRef,
    pub waiting: WaitingView,
    pub outcome: WaitOutcome,
}

/// How a wait ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum WaitOutcome {
    /// `participant.joined` follows.
    Joined,
    /// Hung up or typed no right PIN; the call log says which.
    Gone,
    /// Was turned away at the door, or removed while waiting for a leader.
    Removed,
    /// `timeout`: waited for a leader for as long as one may be in the room.
    TimeUp,
    /// Was refused: the room is full.
    Full,
    /// Was refused: the room is locked.
    Locked,
}

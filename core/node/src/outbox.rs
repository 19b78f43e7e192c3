//! What the node has to say and nobody has fetched yet; says nothing by itself.

use std::collections::VecDeque;

use conclave_api::Happening;
use conclave_contract::{Command, VideoCommand};
use conclave_model::UnixMillis;

use crate::{Event, LogLevel, LogLine};

/// Emptied after every input by the owner of the node.
#[derive(Debug, Default)]
pub(crate) struct Outbox {
    pub commands: VecDeque<Command>,
    pub pictures: VecDeque<VideoCommand>,
    pub events: VecDeque<Event>,
    /// Something was published that watchers may see.
    pub has_news: bool,
}

impl Outbox {
    pub fn command(&mut self, command: Command) {
        self.commands.push_back(command);
    }

    pub fn picture(&mut self, command: VideoCommand) {
        self.pictures.push_back(command);
    }

    pub fn event(&mut self, event: Event) {
        self.events.push_back(event);
    }

    pub fn publish(&mut self, at: UnixMillis, what: Happening) {
        self.has_news = true;
        self.event(Event::Publish(conclave_api::Event { at, what }));
    }

    pub fn info(&mut self, sentence: String) {
        self.log(LogLevel::Info, sentence);
    }

    pub fn error(&mut self, sentence: String) {
        self.log(LogLevel::Error, sentence);
    }

    pub fn log(&mut self, level: LogLevel, sentence: String) {
        self.event(Event::Log(LogLine { level, sentence }));
    }
}

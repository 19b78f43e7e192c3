//! What follows from the workers' load: a word to the media plane, one to the operator.

use std::time::Instant;

use conclave_contract::{Command, Effort, OpusEffort};
use conclave_model::{LoadLevel, limits};

use crate::load_judge::WorkerTicks;
use crate::{LogLevel, Node};

impl Node {
    pub(crate) fn load_read(&mut self, now: Instant, workers: Vec<WorkerTicks>) {
        let before = self.load.level();
        let Some(level) = self.load.read(now, workers) else {
            return;
        };
        if effort_at(level) != effort_at(before) {
            self.outbox.command(Command::SetEffort(effort_at(level)));
        }
        let sentence = format!("{} ({} calls)", level.sentence(), self.calls.len());
        self.outbox.log(
            if level > before {
                LogLevel::Warning
            } else {
                LogLevel::Info
            },
            sentence,
        );
    }

    /// What is shed at the moment.
    #[must_use]
    pub fn load_level(&self) -> LoadLevel {
        self.load.level()
    }
}

const fn effort_at(level: LoadLevel) -> Effort {
    match level {
        LoadLevel::Normal | LoadLevel::RefusingJoins => Effort::FULL,
        LoadLevel::FewerTalkers => Effort {
            talkers_max: limits::TALKERS_LEAST,
            opus: OpusEffort::Full,
        },
        LoadLevel::LowerComplexity => Effort {
            talkers_max: limits::TALKERS_LEAST,
            opus: OpusEffort::Least,
        },
    }
}

//! Files in the format of Asterisk's configuration, with templates and includes; knows no option.

mod line;
mod reader;

pub use reader::{
    ConfEntry, ConfFile, ConfMistake, ConfMistakeKind, ConfPlace, ConfSection, read_conf,
};

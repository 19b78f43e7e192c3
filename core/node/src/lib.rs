//! The control brain of one server: routes every event, owns no rule about conferences.

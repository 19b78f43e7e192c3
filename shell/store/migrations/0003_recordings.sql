-- What was recorded; the sound is in recordings/ID/. Rooms are named as they were then.
CREATE TABLE recordings (
    id           TEXT    NOT NULL PRIMARY KEY,
    room         TEXT    NOT NULL,
    room_title   TEXT    NOT NULL,
    extension    TEXT    NOT NULL,
    started_at   INTEGER NOT NULL,
    ended_at     INTEGER,
    state        TEXT    NOT NULL,
    bytes        INTEGER NOT NULL,
    duration_ms  INTEGER NOT NULL,
    participants INTEGER NOT NULL,
    started_by   TEXT    NOT NULL
) STRICT;
CREATE INDEX recordings_by_room ON recordings (room, id);

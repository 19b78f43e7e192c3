-- The rooms as administrators set them.
CREATE TABLE rooms (
    id           TEXT    NOT NULL PRIMARY KEY,
    title        TEXT    NOT NULL,
    extension    TEXT    NOT NULL UNIQUE,
    message      INTEGER NOT NULL CHECK (message IN (0, 1)),
    music        TEXT,
    pin          TEXT,
    language     TEXT    NOT NULL,
    options      TEXT    NOT NULL,
    user_options TEXT    NOT NULL,
    created_at   INTEGER NOT NULL,
    version      INTEGER NOT NULL
) STRICT;

-- The call log. A call outlives its room, so `room` refers to nothing.
-- Ids are UUIDs version 7: their order is the order in time.
CREATE TABLE calls (
    id               TEXT    NOT NULL PRIMARY KEY,
    started_at       INTEGER NOT NULL,
    answered_at      INTEGER,
    joined_at        INTEGER,
    ended_at         INTEGER NOT NULL,
    from_number      TEXT    NOT NULL,
    from_name        TEXT,
    dialled          TEXT    NOT NULL,
    remote           TEXT    NOT NULL,
    transport        TEXT    NOT NULL,
    sip_call_id      TEXT    NOT NULL,
    room             TEXT,
    room_title       TEXT,
    codec            TEXT,
    pins_wrong       INTEGER NOT NULL,
    end_code         TEXT    NOT NULL,
    packets_received INTEGER NOT NULL,
    packets_lost     INTEGER NOT NULL,
    jitter_max_us    INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX calls_by_room ON calls (room, id);

-- Answers already given, so that a repeated request is not done twice.
CREATE TABLE idempotency (
    key         TEXT    NOT NULL PRIMARY KEY,
    fingerprint BLOB    NOT NULL,
    status      INTEGER NOT NULL,
    etag        TEXT,
    location    TEXT,
    body        BLOB    NOT NULL,
    kept_at     INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX idempotency_by_age ON idempotency (kept_at);

-- How our sound reached the caller; null where their telephone did not report.
ALTER TABLE calls ADD COLUMN packets_sent INTEGER NOT NULL DEFAULT 0;
ALTER TABLE calls ADD COLUMN far_packets_lost INTEGER;
ALTER TABLE calls ADD COLUMN far_jitter_max_us INTEGER;
ALTER TABLE calls ADD COLUMN round_trip_us INTEGER;
-- What happened when: `milliseconds-since-start code` with commas between.
ALTER TABLE calls ADD COLUMN timeline TEXT NOT NULL DEFAULT '';
-- Whether somebody should look at it, judged when the call ended.
ALTER TABLE calls ADD COLUMN problem INTEGER NOT NULL DEFAULT 0 CHECK (problem IN (0, 1));
UPDATE calls SET problem = 1 WHERE end_code NOT IN
    ('hung_up', 'cancelled', 'removed', 'room_ended', 'shutdown');
-- SIP messages between the first and the last ones that were not kept.
ALTER TABLE calls ADD COLUMN messages_skipped INTEGER NOT NULL DEFAULT 0;

-- What was said about a call on the wire, without secrets.
CREATE TABLE call_messages (
    call           TEXT    NOT NULL REFERENCES calls (id) ON DELETE CASCADE,
    number         INTEGER NOT NULL,
    at             INTEGER NOT NULL,
    way            TEXT    NOT NULL CHECK (way IN ('in', 'out')),
    transport      TEXT    NOT NULL,
    local          TEXT    NOT NULL,
    remote         TEXT    NOT NULL,
    text           TEXT    NOT NULL,
    bytes_left_out INTEGER NOT NULL,
    PRIMARY KEY (call, number)
) STRICT, WITHOUT ROWID;

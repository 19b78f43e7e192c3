-- Numbers that are no room, and what is heard under them.
CREATE TABLE extensions (
    extension  TEXT    NOT NULL PRIMARY KEY,
    service    TEXT    NOT NULL,
    sound      TEXT,
    created_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- An echo test from the start, where no room has its number.
INSERT INTO extensions (extension, service, created_at)
    SELECT '899', 'echo', CAST(unixepoch() AS INTEGER) * 1000
    WHERE NOT EXISTS (SELECT 1 FROM rooms WHERE extension = '899');

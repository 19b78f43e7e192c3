-- What keys do in a room: presets have no row.
CREATE TABLE menus (
    name       TEXT    NOT NULL PRIMARY KEY,
    text       TEXT    NOT NULL,
    created_at INTEGER NOT NULL,
    version    INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

ALTER TABLE rooms ADD COLUMN keypad TEXT NOT NULL DEFAULT 'modern';
ALTER TABLE rooms ADD COLUMN moderator_keypad TEXT NOT NULL DEFAULT 'modern';

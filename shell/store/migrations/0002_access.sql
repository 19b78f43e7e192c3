-- Who signs in. `password` is an argon2id hash in PHC form; null for those who sign in elsewhere.
CREATE TABLE users (
    id           TEXT    NOT NULL PRIMARY KEY,
    name         TEXT    NOT NULL UNIQUE COLLATE NOCASE,
    role         TEXT    NOT NULL,
    password     TEXT,
    subject      TEXT    UNIQUE,
    created_at   INTEGER NOT NULL,
    signed_in_at INTEGER
) STRICT;

-- Signed-in browsers, by the SHA-256 of their cookie. Without a user: by a one-time code.
CREATE TABLE sessions (
    hash       BLOB    NOT NULL PRIMARY KEY,
    user       TEXT    REFERENCES users (id) ON DELETE CASCADE,
    created_at INTEGER NOT NULL,
    used_at    INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX sessions_by_user ON sessions (user, used_at);

-- Programs, by the SHA-256 of their token.
CREATE TABLE tokens (
    id          TEXT    NOT NULL PRIMARY KEY,
    hash        BLOB    NOT NULL UNIQUE,
    name        TEXT    NOT NULL,
    permissions TEXT    NOT NULL,
    created_by  TEXT    NOT NULL,
    created_at  INTEGER NOT NULL,
    expires_at  INTEGER,
    used_at     INTEGER
) STRICT;

-- Who changed and revealed what. Names are kept as they were then.
CREATE TABLE audit (
    id      INTEGER NOT NULL PRIMARY KEY,
    at      INTEGER NOT NULL,
    actor   TEXT    NOT NULL,
    name    TEXT    NOT NULL,
    address TEXT,
    action  TEXT    NOT NULL,
    object  TEXT    NOT NULL,
    detail  TEXT    NOT NULL
) STRICT;
CREATE INDEX audit_by_object ON audit (object, id);

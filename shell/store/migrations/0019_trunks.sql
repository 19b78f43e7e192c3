-- Other telephone systems and carriers. What is set of each is a row of its own, by name.
CREATE TABLE trunks (
    id         TEXT    NOT NULL PRIMARY KEY,
    -- The user part of the Contact that is registered.
    line       TEXT    NOT NULL,
    created_at INTEGER NOT NULL,
    version    INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- The password is one of them, as challenges must be answered with it.
CREATE TABLE trunk_settings (
    trunk TEXT NOT NULL REFERENCES trunks (id) ON DELETE CASCADE,
    name  TEXT NOT NULL,
    value TEXT NOT NULL,
    PRIMARY KEY (trunk, name)
) STRICT, WITHOUT ROWID;

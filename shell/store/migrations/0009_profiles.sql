-- Texts of options that rooms share by name: bridge profiles and user profiles.
CREATE TABLE profiles (
    kind TEXT NOT NULL CHECK (kind IN ('bridge', 'user')),
    name TEXT NOT NULL,
    text TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    version INTEGER NOT NULL,
    PRIMARY KEY (kind, name)
) STRICT;

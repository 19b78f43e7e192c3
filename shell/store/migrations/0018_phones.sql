-- Accounts with which telephones register, and where those are.
CREATE TABLE phones (
    id         TEXT    NOT NULL PRIMARY KEY,
    user       TEXT    NOT NULL UNIQUE,
    name       TEXT    NOT NULL,
    number     TEXT,
    realm      TEXT    NOT NULL,
    -- Hashes of user, realm and password, one for each algorithm: as secret as the password.
    md5        BLOB    NOT NULL,
    sha256     BLOB    NOT NULL,
    sha512_256 BLOB    NOT NULL,
    -- Null: as the server has it.
    srtp       TEXT,
    pin        TEXT    NOT NULL,
    enabled    INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    version    INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE registrations (
    phone      TEXT    NOT NULL REFERENCES phones (id) ON DELETE CASCADE,
    -- The order within the account.
    place      INTEGER NOT NULL,
    contact    TEXT    NOT NULL,
    instance   TEXT,
    reg_id     INTEGER,
    -- Values of Path, one a line.
    route      TEXT    NOT NULL,
    transport  TEXT    NOT NULL,
    local      TEXT    NOT NULL,
    remote     TEXT    NOT NULL,
    via_proxy  INTEGER NOT NULL,
    call_id    TEXT    NOT NULL,
    sequence   INTEGER NOT NULL,
    user_agent TEXT,
    since      INTEGER NOT NULL,
    until      INTEGER NOT NULL,
    PRIMARY KEY (phone, place)
) STRICT, WITHOUT ROWID;

-- Who is told of events, and every event on its way to them. Types are separated by spaces.
CREATE TABLE webhooks (
    id TEXT PRIMARY KEY,
    url TEXT NOT NULL,
    note TEXT NOT NULL,
    types TEXT NOT NULL,
    numbers TEXT NOT NULL,
    enabled INTEGER NOT NULL,
    disabled_why TEXT,
    secret TEXT NOT NULL,
    old_secret TEXT,
    old_secret_until INTEGER,
    created_by TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    failing_since INTEGER,
    dropped INTEGER NOT NULL
) STRICT;

-- A delivery that waits has a due_at; one that ended has none.
CREATE TABLE deliveries (
    id TEXT PRIMARY KEY,
    webhook TEXT NOT NULL REFERENCES webhooks (id) ON DELETE CASCADE,
    event_type TEXT NOT NULL,
    body TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    due_at INTEGER,
    delivered INTEGER NOT NULL,
    attempts INTEGER NOT NULL,
    last_at INTEGER,
    last_status INTEGER,
    last_error TEXT,
    last_ms INTEGER
) STRICT;

CREATE INDEX deliveries_of ON deliveries (webhook, id);
CREATE INDEX deliveries_due ON deliveries (webhook, due_at) WHERE due_at IS NOT NULL;

-- The tables of a store. Positions, versions and epochs begin at 1; times are microseconds since 1970 (UTC).

CREATE TABLE jangle_store (
    key   TEXT NOT NULL PRIMARY KEY,
    value TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- Fixed for ever, because the progress of handlers depends on them.
INSERT INTO jangle_store (key, value) VALUES
    ('partitions', '64'),
    ('partition_hash', 'fnv1a-64, halves XORed, lowest 6 bits');

CREATE TABLE jangle_events (
    position       INTEGER PRIMARY KEY AUTOINCREMENT,
    event_id       BLOB    NOT NULL,
    aggregate_type TEXT    NOT NULL,
    aggregate_id   TEXT    NOT NULL,
    version        INTEGER NOT NULL,
    partition      INTEGER NOT NULL,
    name           TEXT    NOT NULL,
    schema_version INTEGER NOT NULL,
    payload        TEXT    NOT NULL,
    metadata       TEXT    NOT NULL,
    recorded_at    INTEGER NOT NULL,
    occurred_at    INTEGER,
    UNIQUE (aggregate_type, aggregate_id, version)
) STRICT;

CREATE TABLE jangle_receipts (
    command_id     BLOB    NOT NULL PRIMARY KEY,
    command        TEXT    NOT NULL,
    aggregate_type TEXT    NOT NULL,
    aggregate_id   TEXT    NOT NULL,
    hash           BLOB    NOT NULL,
    outcome        TEXT    NOT NULL CHECK (outcome IN ('accepted', 'refused')),
    reply          TEXT,
    refusal        TEXT,
    refusal_event  TEXT,
    version        INTEGER,
    position       INTEGER,
    events         TEXT,
    recorded_at    INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE jangle_snapshots (
    aggregate_type TEXT    NOT NULL,
    aggregate_id   TEXT    NOT NULL,
    version        INTEGER NOT NULL,
    event_id       BLOB    NOT NULL,
    fingerprint    BLOB    NOT NULL,
    state          BLOB    NOT NULL,
    PRIMARY KEY (aggregate_type, aggregate_id)
) STRICT, WITHOUT ROWID;

-- Each filling of a view's table; live is the one that a program with this fingerprint fills and reads.
CREATE TABLE jangle_generations (
    generation  INTEGER PRIMARY KEY AUTOINCREMENT,
    view        TEXT    NOT NULL,
    fingerprint BLOB    NOT NULL,
    table_name  TEXT    NOT NULL UNIQUE,
    live        INTEGER NOT NULL CHECK (live IN (0, 1))
) STRICT;

CREATE UNIQUE INDEX jangle_live_generations ON jangle_generations (view, fingerprint) WHERE live = 1;

CREATE TABLE jangle_progress (
    generation      INTEGER NOT NULL,
    handler         TEXT    NOT NULL,
    first_partition INTEGER NOT NULL,
    last_partition  INTEGER NOT NULL,
    follows         TEXT    NOT NULL,
    checkpoint      INTEGER NOT NULL,
    event_id        BLOB,
    owner           BLOB,
    epoch           INTEGER NOT NULL,
    lease_until     INTEGER NOT NULL,
    PRIMARY KEY (generation, handler, first_partition, last_partition)
) STRICT, WITHOUT ROWID;

-- The former ids of handlers: an older program must not begin anew under them.
CREATE TABLE jangle_renamed (
    generation INTEGER NOT NULL,
    handler    TEXT    NOT NULL,
    renamed_to TEXT    NOT NULL,
    PRIMARY KEY (generation, handler)
) STRICT, WITHOUT ROWID;

-- Events below a checkpoint that are not done.
CREATE TABLE jangle_exceptions (
    generation      INTEGER NOT NULL,
    handler         TEXT    NOT NULL,
    first_partition INTEGER NOT NULL,
    last_partition  INTEGER NOT NULL,
    position        INTEGER NOT NULL,
    partition       INTEGER NOT NULL,
    attempts        INTEGER NOT NULL,
    state           TEXT    NOT NULL CHECK (state IN ('retry', 'behind', 'dead')),
    retry_at        INTEGER,
    failing_since   INTEGER,
    error           TEXT    NOT NULL,
    -- What a person said is to be done about a dead one.
    remedy          TEXT    CHECK (remedy IN ('retry', 'discard')),
    PRIMARY KEY (generation, handler, first_partition, last_partition, position),
    FOREIGN KEY (generation, handler, first_partition, last_partition) REFERENCES jangle_progress
        ON DELETE CASCADE ON UPDATE CASCADE
) STRICT, WITHOUT ROWID;

-- The first of a lane's that is dead, and the first that is not, are asked for all the time.
CREATE INDEX jangle_dead ON jangle_exceptions (generation, handler, first_partition, last_partition, position)
    WHERE state = 'dead';
CREATE INDEX jangle_waiting ON jangle_exceptions (generation, handler, first_partition, last_partition, position)
    WHERE state <> 'dead';

CREATE INDEX jangle_dead_letters ON jangle_exceptions (position, handler) WHERE state = 'dead';
CREATE INDEX jangle_remedies ON jangle_exceptions (position) WHERE remedy IS NOT NULL;

-- Sagas: how they stand, and what they are about to do.
CREATE TABLE jangle_sagas (
    saga        TEXT    NOT NULL,
    saga_id     TEXT    NOT NULL,
    version     INTEGER NOT NULL,
    arrived     INTEGER NOT NULL,
    status      TEXT    NOT NULL
        CHECK (status IN ('waiting', 'running', 'completed', 'failed', 'stuck', 'abandoned')),
    progress    TEXT    NOT NULL,
    error       TEXT,
    wake_at     INTEGER,
    deadline_at INTEGER,
    held_from   INTEGER,
    created_at  INTEGER NOT NULL,
    changed_at  INTEGER NOT NULL,
    PRIMARY KEY (saga, saga_id)
) STRICT, WITHOUT ROWID;

CREATE INDEX jangle_sagas_due ON jangle_sagas (saga, wake_at) WHERE wake_at IS NOT NULL;
CREATE INDEX jangle_sagas_held ON jangle_sagas (saga, held_from) WHERE held_from IS NOT NULL;

-- What sagas have seen, by number, and what waits for them, without one. An own event has the position 0.
CREATE TABLE jangle_saga_events (
    saga           TEXT    NOT NULL,
    saga_id        TEXT    NOT NULL,
    event_id       BLOB    NOT NULL,
    number         INTEGER,
    aggregate_type TEXT    NOT NULL,
    aggregate_id   TEXT    NOT NULL,
    version        INTEGER NOT NULL,
    position       INTEGER NOT NULL,
    partition      INTEGER NOT NULL,
    name           TEXT    NOT NULL,
    schema_version INTEGER NOT NULL,
    payload        TEXT    NOT NULL,
    metadata       TEXT    NOT NULL,
    recorded_at    INTEGER NOT NULL,
    occurred_at    INTEGER,
    PRIMARY KEY (saga, saga_id, event_id),
    FOREIGN KEY (saga, saga_id) REFERENCES jangle_sagas ON DELETE CASCADE
) STRICT, WITHOUT ROWID;

CREATE INDEX jangle_saga_inbox ON jangle_saga_events (saga, saga_id, position) WHERE number IS NULL;

-- The types of sagas that are being rebuilt: none of them does anything meanwhile.
CREATE TABLE jangle_saga_rebuilds (
    saga TEXT NOT NULL PRIMARY KEY
) STRICT, WITHOUT ROWID;

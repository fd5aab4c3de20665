-- Tables beside Marten's. Applied at every start; each statement may run again.

create table if not exists correction.personal (
    id          uuid primary key,
    kind        text not null,
    body        json not null, -- json, not jsonb: the salted hash is over the text as it came
    salt        bytea not null,
    recorded_at timestamptz not null
);
create index if not exists personal_name on correction.personal ((body ->> 'name')) where kind = 'person';
create index if not exists personal_id_number on correction.personal ((body ->> 'idNumber')) where kind = 'person';

-- Since when the pages of correction.personal may still hold bytes of erased rows; housekeeping rewrites the table.
create table if not exists correction.personal_rewrite (
    id        bigint generated always as identity primary key,
    due_since timestamptz not null
);

create table if not exists correction.command_receipt (
    command_id   text primary key,
    fingerprint  text not null,
    stream_key   text not null,
    from_version bigint not null,
    to_version   bigint not null,
    recorded_at  timestamptz not null
);

-- One row per group commit: after a lost connection it tells whether the commit took place.
create table if not exists correction.commit_marker (
    id          uuid primary key,
    recorded_at timestamptz not null
);

-- Write-ahead log of fixes. A partition per slot of time; the Sealer packs a closed one into events and drops it.
create table if not exists correction.fix_inbox (
    slot        integer not null,
    subject_id  uuid not null,
    device_id   text not null,
    occurred_at timestamptz not null,
    received_at timestamptz not null,
    lon         double precision not null,
    lat         double precision not null,
    accuracy    real,
    speed       real,
    bearing     real,
    altitude    real,
    battery     smallint,
    source      smallint not null,
    use         smallint not null
) partition by list (slot);

-- Sealed fixes, a row for each track_sealed event, in a partition per month of sealing: the month in which a device's clock
-- says that it was somewhere could be any.
create table if not exists correction.track (
    month      date not null, -- its first day, Asia/Shanghai
    subject_id uuid not null,
    date       date not null, -- of the fixes
    id         uuid not null, -- as the event names it
    salt       bytea not null,
    packed     bytea not null,
    primary key (subject_id, date, id, month)
) partition by list (month);
alter table correction.track alter column packed set storage external; -- it is compressed

-- The same of months that nothing is sealed in any more, each subject's rows side by side.
create table if not exists correction.track_archive (like correction.track including all) partition by list (month);

-- The last usable fix among the sealed ones: where a board starts from.
create table if not exists correction.last_position (
    subject_id  uuid primary key,
    device_id   text not null,
    occurred_at timestamptz not null,
    received_at timestamptz not null,
    lon         double precision not null,
    lat         double precision not null,
    accuracy    real,
    speed       real,
    bearing     real,
    altitude    real,
    battery     smallint,
    source      smallint not null,
    use         smallint not null
);

-- Fixes of devices that are nobody's, for seven days.
create table if not exists correction.quarantine (
    device_id   text not null,
    occurred_at timestamptz not null,
    received_at timestamptz not null,
    lon         double precision not null,
    lat         double precision not null,
    accuracy    real,
    speed       real,
    bearing     real,
    altitude    real,
    battery     smallint,
    source      smallint not null,
    use         smallint not null,
    primary key (device_id, occurred_at, lon, lat)
);

-- When the grain of a stream must look next, whether or not anything is heard of it.
create table if not exists correction.deadline (
    stream_key text primary key,
    look_at    timestamptz not null
);
create index if not exists deadline_look_at on correction.deadline (look_at);

-- Deadlines were of subjects only, until alerts had theirs.
do $$
begin
    if exists (select from information_schema.columns where table_schema = 'correction' and table_name = 'deadline' and column_name = 'subject_id') then
        alter table correction.deadline add column stream_key text;
        delete from correction.deadline where look_at >= '9999-01-01';
        update correction.deadline set stream_key = 'subject/' || replace(subject_id::text, '-', '');
        alter table correction.deadline drop column subject_id, add primary key (stream_key);
        insert into correction.deadline (stream_key, look_at)
            select raised.stream_id, (raised.data ->> 'dueAt')::timestamptz from correction.mt_events raised
            where raised.type = 'alert_raised'
              and not exists (select from correction.mt_events resolved where resolved.stream_id = raised.stream_id and resolved.type = 'alert_resolved');
    end if;
end $$;

-- Messages to families: what waits to be sent, and what became of each (its event stands in message/{id}). No address.
create table if not exists correction.family_message (
    id          uuid primary key,
    kind        text not null,
    about       text not null, -- stream key
    account     text,
    relatives   uuid[] not null,
    facts       json not null,
    due_at      timestamptz not null,
    not_after   timestamptz not null,
    next_try_at timestamptz, -- null: settled
    tries       integer not null default 0,
    answer      text, -- codes of the last one
    outcome     text,
    way         text,
    told        text, -- the text as it was sent
    settled_at  timestamptz
);
create index if not exists family_message_next_try_at on correction.family_message (next_try_at) where next_try_at is not null;
create index if not exists family_message_about on correction.family_message (about, due_at);
create index if not exists family_message_account on correction.family_message (account, due_at);

-- Chunks of recordings that are not sealed yet: which were acknowledged, in which order, with which hash. Their bytes are files.
create table if not exists correction.recording_chunk (
    visit_id    uuid not null,
    segment     text not null,
    sequence    integer not null,
    party       text not null,
    sha256      bytea not null,
    chain       bytea not null,
    bytes       integer not null,
    received_at timestamptz not null,
    primary key (visit_id, segment, sequence)
);

-- Visits whose recording takes no chunk any more.
create table if not exists correction.recording_closed (
    visit_id  uuid primary key,
    closed_at timestamptz not null
);

-- The ledger (ADR 0013): a leaf per event, in the order of sequences. Rows are only ever added; a tile is a range of them.
create table if not exists correction.ledger_leaf (
    index     bigint primary key,
    sequence  bigint not null,
    stream_id text not null,
    version   bigint not null,
    hash      bytea not null
);

-- Roots of full tiles: level n over level n - 1, from 1.
create table if not exists correction.ledger_node (
    level smallint not null,
    index bigint not null,
    hash  bytea not null,
    primary key (level, index)
);

create table if not exists correction.ledger_checkpoint (
    id        bigint generated always as identity primary key,
    size      bigint not null,
    note      text not null,
    signed_at timestamptz not null
);

-- Public keys that ever signed, as verifier keys; the private ones are files, out of this database's reach.
create table if not exists correction.ledger_key (
    key        text primary key,
    first_size bigint not null,
    added_at   timestamptz not null
);
alter table correction.ledger_key add column if not exists endorsement text;

-- What each witness cosigned last, and what became of asking it since.
create table if not exists correction.ledger_witness (
    key         text primary key,
    size        bigint not null default 0,
    note        text,
    cosigned_at timestamptz,
    failure     text
);

-- Exports of events that auditors ordered, and how far each is. The events themselves are written to a file each.
create table if not exists correction.export (
    id           uuid primary key,
    account      text not null, -- who ordered it
    jurisdiction text not null, -- the account's when it was ordered
    purpose      text,
    query        json not null, -- with the last sequence wanted
    format       text not null,
    ordered_at   timestamptz not null,
    state        text not null,
    takes        integer not null default 0, -- how often a host took it up: only the last one to do so writes here
    taken_until  timestamptz,
    sequence     bigint not null, -- all up to this one stand in the file
    lines        bigint not null default 0,
    bytes        bigint not null default 0, -- of the file that are durable
    sha256       text,
    failure      text,
    ended_at     timestamptz
);
create index if not exists export_account on correction.export (account, ordered_at);

-- The last rebuild of each read model: how far it is, and what old and new differed in.
create table if not exists correction.rebuild (
    name        text primary key,
    begun_at    timestamptz not null,
    ended_at    timestamptz,
    folded      bigint not null,
    total       bigint not null,
    differing   bigint not null,
    differences jsonb not null,
    agrees      boolean,
    failure     text
);

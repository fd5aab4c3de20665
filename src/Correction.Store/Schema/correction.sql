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

-- When to look at a subject next, whether or not anything is heard of it.
create table if not exists correction.deadline (
    subject_id uuid primary key,
    look_at    timestamptz not null
);
create index if not exists deadline_look_at on correction.deadline (look_at);

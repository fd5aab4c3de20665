#!/bin/sh
# Runs once, when the database is made. `correction` owns the database and is no superuser; `correction_backup` may only
# copy it, from the database's own machine.
set -eu
mkdir -p /var/lib/postgresql/archive
psql -v ON_ERROR_STOP=1 -U postgres -d correction -v password="$CORRECTION_DB_PASSWORD" <<'SQL'
create role correction login password :'password';
alter database correction owner to correction;
revoke all on database correction from public;
create role correction_backup login replication;
SQL

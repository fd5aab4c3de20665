-- Membership of the cluster, for Cluster:Mode=adoNet. Orleans sends no SQL of its own: it reads the texts in OrleansQuery
-- and runs them. The keys, the parameters and the names and types of the columns returned are its contract, here that of
-- Microsoft.Orleans.Clustering.AdoNet 10.4.2; tables and statements are ours. Applied at every start.

create schema if not exists orleans;

create table if not exists orleans.OrleansQuery (
    QueryKey  text primary key,
    QueryText text not null
);

-- One row per cluster. Every change of membership moves its version on, and fails where another was first.
create table if not exists orleans.cluster (
    id      text primary key,
    version integer not null default 0
);

create table if not exists orleans.silo (
    cluster_id    text not null references orleans.cluster (id),
    address       text not null,
    port          integer not null,
    generation    integer not null,
    name          text not null,
    host_name     text not null,
    status        integer not null, -- Orleans.Runtime.SiloStatus: 3 active, 6 dead
    proxy_port    integer,
    suspect_times text,
    started_at    timestamptz not null,
    alive_at      timestamptz not null,
    primary key (cluster_id, address, port, generation)
);

insert into orleans.OrleansQuery (QueryKey, QueryText) values
('InsertMembershipVersionKey', '
    with begun as (insert into orleans.cluster (id) values (@DeploymentId) on conflict do nothing returning 1)
    select count(*)::integer from begun'),

('InsertMembershipKey', '
    with moved as (
        update orleans.cluster set version = version + 1 where id = @DeploymentId and version = @Version returning id
    ), joined as (
        insert into orleans.silo (cluster_id, address, port, generation, name, host_name, status, proxy_port, started_at, alive_at)
        select id, @Address, @Port, @Generation, @SiloName, @HostName, @Status, @ProxyPort, @StartTime, @IAmAliveTime from moved
        returning 1
    )
    select count(*)::integer from joined'),

('UpdateMembershipKey', '
    with moved as (
        update orleans.cluster set version = version + 1
        where id = @DeploymentId and version = @Version and exists (
            select from orleans.silo
            where cluster_id = @DeploymentId and address = @Address and port = @Port and generation = @Generation)
        returning id
    ), changed as (
        update orleans.silo set status = @Status, suspect_times = @SuspectTimes, alive_at = @IAmAliveTime
        from moved
        where cluster_id = moved.id and address = @Address and port = @Port and generation = @Generation
        returning 1
    )
    select count(*)::integer from changed'),

('UpdateIAmAlivetimeKey', '
    update orleans.silo set alive_at = @IAmAliveTime
    where cluster_id = @DeploymentId and address = @Address and port = @Port and generation = @Generation'),

('MembershipReadRowKey', '
    select cluster.id as DeploymentId, address as Address, port as Port, generation as Generation, name as SiloName,
        host_name as HostName, status as Status, proxy_port as ProxyPort, suspect_times as SuspectTimes,
        started_at as StartTime, alive_at as IAmAliveTime, version as Version
    from orleans.cluster left join orleans.silo
        on cluster_id = cluster.id and address = @Address and port = @Port and generation = @Generation
    where cluster.id = @DeploymentId'),

('MembershipReadAllKey', '
    select cluster.id as DeploymentId, address as Address, port as Port, generation as Generation, name as SiloName,
        host_name as HostName, status as Status, proxy_port as ProxyPort, suspect_times as SuspectTimes,
        started_at as StartTime, alive_at as IAmAliveTime, version as Version
    from orleans.cluster left join orleans.silo on cluster_id = cluster.id
    where cluster.id = @DeploymentId'),

('DeleteMembershipTableEntriesKey', '
    with gone as (delete from orleans.silo where cluster_id = @DeploymentId)
    delete from orleans.cluster where id = @DeploymentId'),

('CleanupDefunctSiloEntriesKey', '
    delete from orleans.silo where cluster_id = @DeploymentId and status = 6 and alive_at < @IAmAliveTime'),

('GatewaysQueryKey', '
    select address as Address, proxy_port as ProxyPort, generation as Generation from orleans.silo
    where cluster_id = @DeploymentId and status = @Status and proxy_port > 0')
on conflict (QueryKey) do update set QueryText = excluded.QueryText;

using Npgsql;

namespace Correction.Benchmarks;

/// <summary>The baseline of <see cref="BookingBenchmark"/>: rows of slots and quotas, a transaction a booking.</summary>
internal sealed class BookingTable(NpgsqlDataSource database)
{
    public async Task PrepareAsync()
    {
        await using NpgsqlCommand create = database.CreateCommand(
            $"""
            create table slot (id int primary key, capacity int not null, booked int not null default 0);
            create table quota (prisoner int primary key, granted int not null, used int not null default 0);
            create table visit (id uuid primary key, slot int not null, prisoner int not null, visitors json not null, account text not null, at timestamptz not null default now());
            create table receipt (command text primary key, visit uuid not null);
            insert into slot select day, {BookingBenchmark.Capacity} from generate_series(1, {BookingBenchmark.Days + 1}) as day;
            insert into quota select prisoner, {BookingBenchmark.PerMonth} from generate_series(0, {BookingBenchmark.Prisoners}) as prisoner;
            """);
        await create.ExecuteNonQueryAsync();
    }

    public async Task BookAsync(int prisoner, int day)
    {
        Guid visit = Guid.CreateVersion7();
        await using NpgsqlConnection connection = await database.OpenConnectionAsync();
        await using NpgsqlTransaction transaction = await connection.BeginTransactionAsync();
        await using NpgsqlCommand take = new("select capacity - booked from slot where id = $1 for update", connection) { Parameters = { new() { Value = day } } };
        if ((int)(await take.ExecuteScalarAsync())! > 0
            && await ExecuteAsync(connection, "update quota set used = used + 1 where prisoner = $1 and used < granted", prisoner) == 1
            && await ExecuteAsync(connection, "insert into receipt values ($1, $2) on conflict do nothing", $"{prisoner}", visit) == 1)
        {
            await ExecuteAsync(connection, "update slot set booked = booked + 1 where id = $1", day);
            await ExecuteAsync(connection, "insert into visit (id, slot, prisoner, visitors, account) values ($1, $2, $3, '[\"a\"]', 'officer')", visit, day, prisoner);
            await transaction.CommitAsync();
        }
    }

    public async Task CheckAsync()
    {
        await using NpgsqlCommand sums = database.CreateCommand("select (select sum(booked) from slot) = (select count(*) from visit) and (select sum(used) from quota) = (select count(*) from visit)");
        if (await sums.ExecuteScalarAsync() is not true)
        {
            throw new InvalidOperationException("The baseline's sums differ.");
        }
    }

    private static async Task<int> ExecuteAsync(NpgsqlConnection connection, string sql, params object[] values)
    {
        await using NpgsqlCommand command = new(sql, connection);
        foreach (object value in values)
        {
            command.Parameters.Add(new() { Value = value });
        }

        return await command.ExecuteNonQueryAsync();
    }
}

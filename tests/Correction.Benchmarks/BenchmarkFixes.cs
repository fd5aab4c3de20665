using System.Text.Json;
using Correction.Domain;
using Correction.Domain.Location;
using Correction.Domain.Subjects;
using Correction.Domain.Time;
using Correction.Grains;
using Correction.Store.Journaling;
using NodaTime;
using Npgsql;

namespace Correction.Benchmarks;

/// <summary>What the ingest benchmarks share: subjects with a device each, and the raw copy that they are compared with.</summary>
internal static class BenchmarkFixes
{
    public const string Station = "430981001";

    public static async Task<SubjectId[]> RegisterAsync(
        IGrainFactory grains, int count, DeviceProtocol protocol, Func<SubjectId, string> deviceOf, Instant start)
    {
        var officer = new Actor("officer", Role.Officer, Station);
        LocalDate today = ChinaTime.DateOf(start);
        SubjectId[] subjects = [.. Enumerable.Range(0, count).Select(_ => new SubjectId(Guid.CreateVersion7()))];
        await Task.WhenAll(subjects.Select(async subject =>
        {
            var person = new PersonalRecord(Guid.CreateVersion7(), "person", JsonSerializer.SerializeToElement(new { name = "基准" }), new byte[16]);
            var register = new RegisterSubject(
                subject, person.Reference, new LocalDate(1990, 1, 1), CorrectionCategory.Probation, Jurisdiction.Parse(Station),
                new Judgment("沅江市人民法院", "基准", today), new CorrectionTerm(today, today.PlusYears(2)));
            await grains.GetGrain<ISubjectGrain>(subject.ToString()).Execute(register, new CommandEnvelope(officer, null, null, [person]));
            string device = deviceOf(subject);
            await grains.GetGrain<IDeviceGrain>(device).Bind(subject, new BindDevice(device, protocol, DeviceKind.Phone), CommandEnvelope.By(officer));
        }));
        return subjects;
    }

    /// <summary>Binary COPY of the same rows into a table of the same shape: the limit.</summary>
    public static async Task CopyAsync(string connectionString, IEnumerable<(SubjectId Subject, Fix Fix)> rows)
    {
        await using NpgsqlConnection connection = new(connectionString);
        await connection.OpenAsync();
        await using (NpgsqlCommand prepare = new("drop table if exists raw_copy; create table raw_copy (like correction.fix_inbox)", connection))
        {
            await prepare.ExecuteNonQueryAsync();
        }

        await using NpgsqlBinaryImporter importer = await connection.BeginBinaryImportAsync(
            "copy raw_copy (slot, subject_id, device_id, occurred_at, received_at, lon, lat, accuracy, speed, battery, source, use) from stdin (format binary)");
        foreach ((SubjectId subject, Fix fix) in rows)
        {
            await WriteAsync(importer, subject, fix);
        }

        await importer.CompleteAsync();
    }

    private static async Task WriteAsync(NpgsqlBinaryImporter importer, SubjectId subject, Fix fix)
    {
        await importer.StartRowAsync();
        await importer.WriteAsync(1);
        await importer.WriteAsync(subject.Value);
        await importer.WriteAsync(fix.DeviceId);
        await importer.WriteAsync(fix.OccurredAt.ToDateTimeUtc());
        await importer.WriteAsync(fix.ReceivedAt.ToDateTimeUtc());
        await importer.WriteAsync(fix.Position.Longitude);
        await importer.WriteAsync(fix.Position.Latitude);
        await importer.WriteAsync((float)(fix.Accuracy ?? 0));
        await importer.WriteAsync((float)(fix.Speed ?? 0));
        await importer.WriteAsync((short)(fix.Battery ?? 0));
        await importer.WriteAsync((short)fix.Source);
        await importer.WriteAsync((short)fix.Use);
    }
}

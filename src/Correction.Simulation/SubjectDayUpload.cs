using Correction.Domain.Location;
using Correction.Domain.Subjects;
using Correction.Gateway.Jt808.Codec;
using Correction.Simulation.Terminals;
using NodaTime;

namespace Correction.Simulation;

/// <summary>Sends what a device made of a day, in the order in which it arrived; what an outage kept back goes in batches.</summary>
public static class SubjectDayUpload
{
    /// <summary>Fits into one message, and so many may wait for their answers.</summary>
    private const int AtOnce = 15;

    /// <summary>Metres: a terminal calls a worse position none.</summary>
    private const double NetworkPosition = 100;

    /// <summary>A fix that arrives so long after its time was kept back; clocks are off by less.</summary>
    private static readonly Duration KeptBack = Duration.FromMinutes(2);

    /// <summary>As a phone over OsmAnd.</summary>
    /// <returns>How many the gateway did not take.</returns>
    public static async Task<int> AsPhoneAsync(SubjectDay day, DeviceClient client, string deviceId, CancellationToken cancellation)
    {
        int refused = 0;
        foreach (Fix fix in day.Arrivals)
        {
            int status = await client.SendAsync(DeviceProtocol.OsmAnd, deviceId, fix.OccurredAt, fix.Position, fix.Accuracy, null, fix.Battery, cancellation);
            refused += status == 200 ? 0 : 1;
        }

        return refused;
    }

    /// <summary>As a terminal over JT/T 808, which states no accuracy: a position of the cell network is sent as none.</summary>
    /// <returns>How many the gateway did not take.</returns>
    /// <exception cref="IOException">The platform closed the connection.</exception>
    public static async Task<int> AsTerminalAsync(SubjectDay day, TerminalClient client, CancellationToken cancellation)
    {
        await client.SignOnAsync("SIM-1", cancellation);
        int refused = 0;
        foreach ((bool kept, Fix[] fixes) in Messages(day.Arrivals))
        {
            byte[][] reports = [.. fixes.Select(fix => TerminalMessages.Location(fix.OccurredAt, fix.Accuracy > NetworkPosition ? null : fix.Position))];
            refused += kept && reports.Length > 1
                ? (await client.AskAsync(MessageIds.LocationBatch, TerminalMessages.Batch(reports), cancellation)).Result == AnswerResult.Success ? 0 : reports.Length
                : await SendAsync(client, reports, cancellation);
        }

        return refused;
    }

    private static async Task<int> SendAsync(TerminalClient client, byte[][] reports, CancellationToken cancellation)
    {
        foreach (byte[] report in reports)
        {
            client.Write(MessageIds.Location, report);
        }

        await client.FlushAsync(cancellation);
        (int answered, int refused) = (0, 0);
        while (answered < reports.Length)
        {
            PlatformMessage message = await client.ReadAsync(cancellation) ?? throw new IOException("The platform closed the connection.");
            if (message.Answers is not null)
            {
                (answered, refused) = (answered + 1, refused + (message.Result == AnswerResult.Success ? 0 : 1));
            }
        }

        return refused;
    }

    /// <summary>Fixes in a row that were all kept back, or were none of them, as many as go at once.</summary>
    private static IEnumerable<(bool Kept, Fix[] Fixes)> Messages(IEnumerable<Fix> arrivals)
    {
        var together = new List<Fix>();
        foreach (Fix fix in arrivals)
        {
            if (together.Count == AtOnce || (together.Count > 0 && IsKept(together[0]) != IsKept(fix)))
            {
                yield return (IsKept(together[0]), [.. together]);
                together.Clear();
            }

            together.Add(fix);
        }

        if (together.Count > 0)
        {
            yield return (IsKept(together[0]), [.. together]);
        }
    }

    private static bool IsKept(Fix fix) => fix.ReceivedAt - fix.OccurredAt > KeptBack;
}

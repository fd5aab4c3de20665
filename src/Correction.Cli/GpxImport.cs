using System.CommandLine;
using System.Xml;
using Correction.Domain.Subjects;
using Correction.Simulation;

namespace Correction.Cli;

/// <summary>
/// <c>import gpx</c>: a recorded track becomes a subject's track, through the gateway that phones use, with the times at
/// which it was recorded. Running it twice changes nothing: a fix that is known is not recorded again.
/// </summary>
internal static class GpxImport
{
    public static Command Command()
    {
        var file = new Argument<FileInfo>("FILE") { Description = "A GPX 1.0 or 1.1 file." };
        var subject = new Option<string>("--subject") { Description = "The id of the subject whose track it is.", Required = true };
        var device = new Option<string?>("--device") { Description = "The device id to send as; standard: gpx- and the subject's id." };
        Option<Uri> osmAnd = ServerOptions.Address("--osmand", "http://localhost:5055", "The server's OsmAnd gateway.");
        var server = new ServerOptions();
        var command = new Command("gpx", "Sends the points of a GPX file as a phone's fixes, in order, with their own times.") { file, subject, device, osmAnd };
        server.AddTo(command);
        command.SetRun(async (given, cancellation) =>
        {
            IReadOnlyList<GpxPoint> points = ReadFile(given.GetValue(file)!);
            string id = given.GetValue(subject)!;
            string phone = given.GetValue(device) ?? $"gpx-{id}";
            using var http = new HttpClient();
            ApiClient api = await server.LogInAsync(given, http, cancellation);
            await api.BindPhoneAsync(id, phone, "osmand", cancellation);
            Console.WriteLine($"{phone} is bound to {id}.");
            return await SendAsync(points, phone, given.GetValue(osmAnd)!, cancellation);
        });
        return command;
    }

    private static IReadOnlyList<GpxPoint> ReadFile(FileInfo file)
    {
        try
        {
            using FileStream stream = file.OpenRead();
            return GpxReader.Read(stream);
        }
        catch (Exception unusable) when (unusable is IOException or UnauthorizedAccessException or XmlException or FormatException)
        {
            throw new CommandFailureException(ExitCode.Unusable, $"{file.Name} cannot be read as GPX. {unusable.Message}");
        }
    }

    /// <summary>One after another: the order of a track is part of what it says.</summary>
    private static async Task<ExitCode> SendAsync(IReadOnlyList<GpxPoint> points, string phone, Uri gateway, CancellationToken cancellation)
    {
        using var http = new HttpClient(); // of its own: the token of the API is not for gateways
        var client = new DeviceClient(http, gateway, gateway);
        (int sent, int refused, int skipped) = (0, 0, 0);
        foreach (GpxPoint point in points)
        {
            if (point.At is not { } at)
            {
                skipped++;
                continue;
            }

            int status = await SendOneAsync(client, phone, at, point, gateway, cancellation);
            (sent, refused) = status == 200 ? (sent + 1, refused) : (sent, refused + 1);
            if (status != 200 && refused == 1)
            {
                await Console.Error.WriteLineAsync($"The gateway refused a point with status {status}.");
            }
        }

        Console.WriteLine($"sent {sent}, refused {refused}, without a time and skipped {skipped}");
        return refused > 0 ? ExitCode.Refused : ExitCode.Done;
    }

    private static async Task<int> SendOneAsync(
        DeviceClient client, string phone, NodaTime.Instant at, GpxPoint point, Uri gateway, CancellationToken cancellation)
    {
        try
        {
            return await client.SendAsync(DeviceProtocol.OsmAnd, phone, at, point.Position, null, null, null, cancellation);
        }
        catch (HttpRequestException failure)
        {
            throw new CommandFailureException(ExitCode.Unreachable, $"The gateway at {gateway} does not answer ({failure.Message}). See --osmand.");
        }
    }
}

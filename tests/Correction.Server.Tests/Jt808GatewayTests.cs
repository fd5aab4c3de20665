using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Correction.Domain.Location;
using Correction.Gateway.Jt808.Codec;
using Correction.Simulation.Terminals;
using Correction.Testing;
using NodaTime;
using NodaTime.Text;

namespace Correction.Server.Tests;

/// <summary>JT/T 808 over real TCP, from a terminal's bytes to what officers and the administrator see.</summary>
public sealed class Jt808GatewayTests(SharedServer shared)
{
    private static readonly GeoPoint Home = new(112.36, 28.85);
    internal static readonly Instant Start = Instant.FromUtc(2026, 3, 1, 1, 0);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private ServerProcess Server => shared.Server;

    [Theory]
    [InlineData("13980800001", false)]
    [InlineData("13980800002", true)]
    public async Task Given_a_bound_terminal_When_it_signs_on_and_sends_many_at_once_Then_each_is_stored_and_answered_in_order(string number, bool edition2019)
    {
        using HttpClient officer = await Server.AsAsync("officer");
        string subject = await BindAsync(officer, number);
        await using TerminalClient terminal = await ConnectAsync(number, edition2019);
        await terminal.SignOnAsync("SIM-1", Cancellation);

        ushort[] sent = [.. Enumerable.Range(0, 50).Select(step => terminal.Write(MessageIds.Location, Report(step)))];
        await terminal.FlushAsync(Cancellation);
        foreach (ushort serial in sent)
        {
            PlatformMessage answer = (await terminal.ReadAsync(Cancellation))!;
            Assert.Equal((serial, AnswerResult.Success), (answer.Answers, answer.Result));
        }

        Assert.Equal(AnswerResult.Success, (await terminal.AskAsync(MessageIds.Heartbeat, [], Cancellation)).Result);
        (double Lon, double Lat)[] track = await TrackAsync(officer, subject);
        Assert.Equal(50, track.Length);
        Assert.Equal(Home.Move(490, 0).Longitude, track[^1].Lon, 1e-6);
        JsonElement position = await officer.GetJsonAsync($"api/v1/subjects/{subject}/position");
        Assert.Equal(("jt808", 80), (position.GetProperty("source").GetString(), position.GetProperty("battery").GetInt32()));
        Assert.Equal(AnswerResult.Success, (await terminal.AskAsync(MessageIds.Logout, [], Cancellation)).Result);
    }

    [Theory]
    [InlineData("jt808-frames.json")]
    [InlineData("jt808-frames-smallchi.json")]
    public async Task Given_real_frames_in_random_chunks_When_sent_over_one_connection_Then_it_lives_on_and_what_is_broken_is_shown(string file)
    {
        using JsonDocument cases = JsonDocument.Parse(await File.ReadAllTextAsync(SharedData.File($"devices/{file}"), Cancellation));
        await using TerminalClient terminal = await ConnectAsync("13980800010", edition2019: false);
#pragma warning disable RS0030 // seeded: the run can be repeated
        var random = new Random(808);
#pragma warning restore RS0030
        foreach (JsonElement one in cases.RootElement.EnumerateArray())
        {
            byte[] wire = Convert.FromHexString(one.GetProperty("wire").GetString()!);
            for (int at = 0; at < wire.Length;)
            {
                int size = Math.Min(random.Next(1, 200), wire.Length - at);
                terminal.WriteRaw(wire.AsSpan(at, size));
                await terminal.FlushAsync(Cancellation);
                at += size;
            }
        }

        Assert.Equal(AnswerResult.Success, (await terminal.AskAsync(MessageIds.Heartbeat, [], Cancellation)).Result);
        using HttpClient admin = await Server.AsAsync("admin");
        JsonElement gateways = await admin.GetJsonAsync("api/v1/gateways");
        JsonElement jt808 = gateways.GetProperty("items").EnumerateArray().Single(gateway => gateway.GetProperty("protocol").GetString() == "jt808");
        Assert.Contains(jt808.GetProperty("details").GetProperty("faults").EnumerateArray(), source => source.GetProperty("counts").TryGetProperty("wrongChecksum", out _));
        using HttpClient officer = await Server.AsAsync("officer");
        using HttpResponseMessage hidden = await officer.GetAsync("api/v1/gateways", Cancellation);
        Assert.Equal(HttpStatusCode.Forbidden, hidden.StatusCode);
    }

    [Fact]
    public async Task Given_a_terminal_that_is_nobodys_When_it_reports_Then_it_is_answered_and_its_fixes_wait_in_quarantine()
    {
        await using TerminalClient terminal = await ConnectAsync("13980800020", edition2019: false);
        Assert.Equal(AnswerResult.Success, (await terminal.AskAsync(MessageIds.Location, Report(0), Cancellation)).Result);
        using HttpClient admin = await Server.AsAsync("admin");
        Assert.Equal(1, (await admin.GetJsonAsync("api/v1/quarantine/13980800020")).GetProperty("fixes").GetArrayLength());
    }

    [Fact]
    public async Task Given_a_terminal_that_was_given_a_code_When_another_connection_does_not_show_it_Then_its_reports_do_not_count()
    {
        const string Number = "13980800021";
        using HttpClient officer = await Server.AsAsync("officer");
        string subject = await BindAsync(officer, Number);
        string code;
        await using (TerminalClient genuine = await ConnectAsync(Number, edition2019: false))
        {
            code = await genuine.SignOnAsync("SIM-1", Cancellation);
        }

        await using TerminalClient stranger = await ConnectAsync(Number, edition2019: false);
        Assert.Equal(AnswerResult.Failure, (await stranger.AskAsync(MessageIds.Authenticate, "guess"u8.ToArray(), Cancellation)).Result);
        await stranger.AskAsync(MessageIds.Location, Report(0), Cancellation);
        Assert.Empty(await TrackAsync(officer, subject));

        await using TerminalClient again = await ConnectAsync(Number, edition2019: false);
        Assert.Equal(AnswerResult.Success, (await again.AskAsync(MessageIds.Authenticate, TerminalMessages.Authentication(code, false), Cancellation)).Result);
        await again.AskAsync(MessageIds.Location, Report(1), Cancellation);
        Assert.Single(await TrackAsync(officer, subject));
    }

    [Fact]
    public async Task Given_reports_without_a_position_or_a_date_When_sent_Then_no_fix_is_made_of_them_and_wrong_ones_are_told_so()
    {
        const string Number = "13980800022";
        using HttpClient officer = await Server.AsAsync("officer");
        string subject = await BindAsync(officer, Number);
        await using TerminalClient terminal = await ConnectAsync(Number, edition2019: false);
        byte[] withoutDate = Report(0);
        withoutDate.AsSpan(22, 6).Clear();

        Assert.Equal(AnswerResult.Success, (await terminal.AskAsync(MessageIds.Location, TerminalMessages.Location(Start, null), Cancellation)).Result);
        Assert.Equal(AnswerResult.Wrong, (await terminal.AskAsync(MessageIds.Location, withoutDate, Cancellation)).Result);
        Assert.Equal(AnswerResult.Wrong, (await terminal.AskAsync(MessageIds.Location, [1, 2, 3], Cancellation)).Result);
        Assert.Equal(AnswerResult.Unsupported, (await terminal.AskAsync(0x0702, [1, 2, 3], Cancellation)).Result);
        Assert.Empty(await TrackAsync(officer, subject));
    }

    [Fact]
    public async Task Given_a_long_batch_in_parts_When_one_part_is_late_Then_it_is_asked_for_and_all_is_stored_once()
    {
        const string Number = "13980800023";
        using HttpClient officer = await Server.AsAsync("officer");
        string subject = await BindAsync(officer, Number);
        await using TerminalClient terminal = await ConnectAsync(Number, edition2019: true);
        byte[] batch = TerminalMessages.Batch([.. Enumerable.Range(0, 60).Select(Report)]);
        byte[][] parts = [.. batch.Chunk(900)];

        ushort first = terminal.WritePart(MessageIds.LocationBatch, parts[0], parts.Length, 1);
        terminal.Write(MessageIds.Heartbeat, []); // takes the serial of the part that is lost
        for (int number = 3; number <= parts.Length; number++)
        {
            terminal.WritePart(MessageIds.LocationBatch, parts[number - 1], parts.Length, number);
        }

        await terminal.FlushAsync(Cancellation);
        PlatformMessage heartbeat = (await terminal.ReadAsync(Cancellation))!;
        PlatformMessage resend = (await terminal.ReadAsync(Cancellation))!;
        Assert.Equal((MessageIds.PlatformAnswer, MessageIds.ResendParts), (heartbeat.Header.Id, resend.Header.Id));
        Assert.Equal([(byte)(first >> 8), (byte)first, 1, 0, 2], resend.Body);
        Assert.Empty(await TrackAsync(officer, subject)); // nothing was stored, and no part was acknowledged

        terminal.WriteRaw(Frame(terminal.Number, (ushort)(first + 1), parts[1], parts.Length, 2));
        await terminal.FlushAsync(Cancellation);
        foreach (int part in Enumerable.Range(0, parts.Length))
        {
            PlatformMessage answer = (await terminal.ReadAsync(Cancellation))!;
            Assert.Equal(((ushort)(first + part), AnswerResult.Success), (answer.Answers, answer.Result));
        }

        Assert.Equal(60, (await TrackAsync(officer, subject)).Length);
    }

    [Fact]
    public async Task Given_queries_of_the_time_When_asked_in_either_form_Then_it_is_told_in_that_form()
    {
        await using TerminalClient terminal = await ConnectAsync("13980800024", edition2019: false);
        terminal.Write(MessageIds.QueryTimeOf2019, []);
        terminal.Write(MessageIds.QueryTime, []);
        await terminal.FlushAsync(Cancellation);
        PlatformMessage first = (await terminal.ReadAsync(Cancellation))!, second = (await terminal.ReadAsync(Cancellation))!;
        Assert.Equal((MessageIds.TimeOf2019, MessageIds.Time), (first.Header.Id, second.Header.Id));
        LocalDateTime told = Bcd.Time(first.Body)!.Value;
        Assert.Equal((told.Year, told.Month, told.Day), ((second.Body[0] << 8) | second.Body[1], second.Body[2], second.Body[3]));
    }

    [Fact]
    public async Task Given_an_hour_without_network_When_it_is_sent_in_batches_twice_Then_each_fix_is_stored_once_and_the_alert_tells_when_it_happened()
    {
        const string Number = "13980800025";
        using HttpClient officer = await Server.AsAsync("officer");
        string subject = await BindAsync(officer, Number);
        GeoPoint forbidden = Home.Move(1_800, 0);
        using HttpResponseMessage zone = await officer.PostAsJsonAsync(
            $"api/v1/subjects/{subject}/zones", Calls.Circle(forbidden.Longitude, forbidden.Latitude, 200), Cancellation);
        Assert.Equal(HttpStatusCode.OK, zone.StatusCode);
        await using TerminalClient terminal = await ConnectAsync(Number, edition2019: false);
        byte[][] hour = [.. Enumerable.Range(0, 360).Select(step => TerminalMessages.Location(Start + Duration.FromSeconds(10 * step), Home.Move(10 * step, 0)))];

        foreach (byte[][] batch in hour.Chunk(15).Concat(hour.Chunk(15).Take(3)))
        {
            Assert.Equal(AnswerResult.Success, (await terminal.AskAsync(MessageIds.LocationBatch, TerminalMessages.Batch(batch), Cancellation)).Result);
        }

        Assert.Equal(360, (await TrackAsync(officer, subject)).Length);
        JsonElement alert = Assert.Single((await officer.GetJsonAsync($"api/v1/alerts?subject={subject}")).GetProperty("items").EnumerateArray());
        Assert.Equal("zoneEntered", alert.GetProperty("kind").GetString());
        Instant[] evidence = [.. alert.GetProperty("evidence").GetProperty("fixes").EnumerateArray()
            .Select(fix => InstantPattern.ExtendedIso.Parse(fix.GetProperty("at").GetString()!).Value)];
        Instant entered = Start + Duration.FromSeconds(1_600); // at 10 m in 10 s, 1,600 m from home
        Assert.All(evidence, at => Assert.InRange(at, entered, entered + Duration.FromMinutes(2)));
    }

    internal static async Task<string> BindAsync(HttpClient officer, string number)
    {
        string subject = await officer.RegisterAsync($"终端{number}");
        using HttpResponseMessage bound = await officer.PostAsJsonAsync(
            $"api/v1/subjects/{subject}/devices", new { deviceId = number, protocol = "jt808", kind = "phone" }, Cancellation);
        Assert.Equal(HttpStatusCode.OK, bound.StatusCode);
        return subject;
    }

    /// <summary>In order of time, as they were sent.</summary>
    internal static async Task<double[]> LongitudesAsync(HttpClient officer, string subject) =>
        [.. (await TrackAsync(officer, subject)).Select(point => Math.Round(point.Lon, 6))];

    private Task<TerminalClient> ConnectAsync(string number, bool edition2019) =>
        TerminalClient.ConnectAsync("localhost", Server.Jt808, TerminalNumber.Parse(number, edition2019), Cancellation);

    private static byte[] Report(int step) => TerminalMessages.Location(Start + Duration.FromSeconds(10 * step), Home.Move(10 * step, 0));

    private static byte[] Frame(TerminalNumber number, ushort serial, byte[] part, int parts, int index)
    {
        var output = new System.Buffers.ArrayBufferWriter<byte>();
        FrameWriter.Write(output, new MessageHeader(MessageIds.LocationBatch, number, serial, Version: 1, Parts: (ushort)parts, Part: (ushort)index), part);
        return output.WrittenSpan.ToArray();
    }

    private static async Task<(double Lon, double Lat)[]> TrackAsync(HttpClient officer, string subject)
    {
        JsonElement track = await officer.GetJsonAsync($"api/v1/subjects/{subject}/track?from=2026-03-01T00:00:00Z&to=2026-03-02T00:00:00Z");
        return [.. track.GetProperty("features").EnumerateArray().Where(feature => feature.GetProperty("geometry").GetProperty("type").GetString() == "LineString" || feature.GetProperty("geometry").GetProperty("type").GetString() == "Point")
            .SelectMany(feature => feature.GetProperty("geometry").GetProperty("type").GetString() == "Point"
                ? [feature.GetProperty("geometry").GetProperty("coordinates")]
                : feature.GetProperty("geometry").GetProperty("coordinates").EnumerateArray().ToArray())
            .Select(point => (point[0].GetDouble(), point[1].GetDouble()))];
    }
}

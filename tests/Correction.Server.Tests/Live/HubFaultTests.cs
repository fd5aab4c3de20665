using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using Correction.Testing;

namespace Correction.Server.Tests.Live;

/// <summary>A station with many who report all the time.</summary>
public sealed class BusyStation : IAsyncLifetime
{
    private const int Subjects = 60;

    private readonly HttpClient _device = new();
    private HttpClient _officer = null!;
    private int _steps;

    public ServerProcess Server { get; private set; } = null!;

    public string Token { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        Server = await ServerProcess.StartAsync();
        Token = await Server.TokenAsync("officer");
        _officer = await Server.AsAsync("officer");
        await Task.WhenAll(Enumerable.Range(0, Subjects).Select(PrepareAsync));
    }

    public ValueTask DisposeAsync()
    {
        _officer.Dispose();
        _device.Dispose();
        return Server.DisposeAsync();
    }

    /// <summary>Everybody reports once; every tenth goes in and out of an exclusion zone, so that alerts come and clear too.</summary>
    public async Task ReportAsync()
    {
        int step = Interlocked.Increment(ref _steps);
        HttpStatusCode[] answers = await Task.WhenAll(Enumerable.Range(0, Subjects).Select(number => Calls.SendFixAsync(
            _device, Server.OsmAnd, $"busy-{number}", 112.36 + (step / 3 % 2 * 0.01) + (step * 1e-6), 28.85, (1_790_000_000 + step).ToString(CultureInfo.InvariantCulture))));
        Assert.All(answers, answer => Assert.Equal(HttpStatusCode.OK, answer));
    }

    private async Task PrepareAsync(int number)
    {
        string subject = await _officer.RegisterAsync(new string('长', 59) + number % 10);
        using HttpResponseMessage bound = await _officer.BindPhoneAsync(subject, $"busy-{number}");
        if (number % 10 == 0)
        {
            using HttpResponseMessage zone = await _officer.PostAsJsonAsync($"api/v1/subjects/{subject}/zones", Calls.Circle(112.37, 28.85, 300), TestContext.Current.CancellationToken);
            Assert.Equal(HttpStatusCode.OK, zone.StatusCode);
        }
    }
}

/// <summary>What networks do to live boards: a client that comes back ends with the server's board, and bothers nobody.</summary>
public sealed class HubFaultTests(BusyStation station) : IClassFixture<BusyStation>
{
    private const string Board = "430981001";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_client_whose_socket_is_reset_in_mid_burst_ends_with_the_servers_board_and_saw_no_gap(bool messagePack)
    {
        await using CutProxy proxy = CutProxy.To(station.Server.Address.Port);
        await using var client = new BoardFollower(station.Server, station.Token, Board, messagePack, proxy);
        await client.ConnectAsync();
        using var enough = new CancellationTokenSource();
        Task burst = Task.Run(
            async () =>
            {
                while (!enough.IsCancellationRequested)
                {
                    await station.ReportAsync();
                }
            },
            Cancellation);

        for (int cut = 0; cut < 5; cut++)
        {
            int before = client.Deltas;
            await Eventually.Until(() => client.Deltas > before + 2 || burst.IsCompleted, "deltas of the burst");
            proxy.Cut();
            await client.Closed.WaitAsync(Cancellation);
            await client.ConnectAsync();
        }

        await enough.CancelAsync();
        await burst;
        await AssertEndsAlikeAsync(client);
        Assert.Equal(1, client.Snapshots); // what it missed came as deltas
    }

    [Fact]
    public async Task A_client_that_was_away_for_longer_than_deltas_are_kept_is_given_a_snapshot()
    {
        await using var client = new BoardFollower(station.Server, station.Token, Board, after: 1);
        await client.ConnectAsync();
        await station.ReportAsync();
        await AssertEndsAlikeAsync(client);
        Assert.Equal(1, client.Snapshots);
    }

    [Fact]
    public async Task A_client_that_reads_nothing_delays_no_other_and_catches_up_when_it_wakes()
    {
        await using CutProxy proxy = CutProxy.To(station.Server.Address.Port);
        await using var stalled = new BoardFollower(station.Server, station.Token, Board, proxy: proxy);
        await using var other = new BoardFollower(station.Server, station.Token, Board);
        await stalled.ConnectAsync();
        await other.ConnectAsync();
        await Eventually.Until(() => stalled.Snapshots == 1 && other.Snapshots == 1, "both to see the board");

        proxy.Stall();
        for (int ask = 0; ask < 200; ask++)
        {
            await stalled.AskAgainAsync(); // more than all buffers on the way hold: the server cannot send any more
        }

        int before = other.Deltas;
        for (int round = 0; round < 5; round++)
        {
            await station.ReportAsync();
        }

        await Eventually.Until(() => other.Deltas > before, "the other to see a move"); // a board gives out four times a second
        await AssertEndsAlikeAsync(other);
        Assert.Equal(1, stalled.Snapshots);
        proxy.Flow();
        await AssertEndsAlikeAsync(stalled);
    }

    /// <summary>Compared with a client that comes fresh: it is given the server's board whole.</summary>
    private async Task AssertEndsAlikeAsync(BoardFollower client)
    {
        await using var fresh = new BoardFollower(station.Server, station.Token, Board);
        await fresh.ConnectAsync();
        await Eventually.Until(() => fresh.Snapshots == 1 && client.Picture == fresh.Picture, "the client's board to be the server's");
        Assert.Empty(client.Gaps);
    }
}

using Correction.Domain.Time;
using Correction.Store.Reading;
using Microsoft.Extensions.DependencyInjection;
using NodaTime;
using Npgsql;

namespace Correction.Benchmarks;

/// <summary>
/// Visits booked a second, on one prison's day and over a thousand, against a table of slots that is locked by
/// <c>select … for update</c>. Both refuse what is beyond the capacity or the prisoner's quota, remember the command, and are
/// durable when they answer; both are counted afterwards: nobody beyond the capacity, and as many credits used as visits booked.
/// </summary>
internal static class BookingBenchmark
{
    public const int Days = 1_000;
    public const int Capacity = 3_000; // fewer places than callers want on one day: nobody may be booked beyond it
    public const int PerMonth = 100;
    public const int Prisoners = Many + OverAll;

    private const int Callers = 128;
    private const int Warm = 8_000; // until the code has been compiled
    private const int OnOneDay = 4_000;
    private const int OverAll = 16_000; // sixteen a day
    private const int Rounds = 4; // by turns with the baseline: what else the machine does meets both
    private const int One = 10_000; // numbers of the prisoners whose visits are all on one day
    private const int Many = 20_000; // and of those whose visits are over all days
    private const int OneDay = Days + 1;

    public static async Task RunAsync()
    {
        await using BenchmarkHost host = await BenchmarkHost.StartAsync();
        LocalDate date = ChinaTime.DateOf(host.Services.GetRequiredService<IClock>().GetCurrentInstant()).PlusDays(2);
        var table = new BookingTable(host.Services.GetRequiredService<NpgsqlDataSource>());
        var prison = new BookingPrison(host, date);
        await table.PrepareAsync();
        await prison.OpenAsync([.. Enumerable.Range(0, Warm), .. Enumerable.Range(One, OnOneDay), .. Enumerable.Range(Many, OverAll)], Callers);
        await CallAsync(0, Warm, number => prison.BookAsync(number, DayOf(number)));
        await CallAsync(0, Warm, number => table.BookAsync(number, DayOf(number)));

        (double one, double oneInTable) = await CompareAsync(host, "one prison-day", One, OnOneDay, number => prison.BookAsync(number, OneDay), number => table.BookAsync(number, OneDay));
        (double many, double manyInTable) = await CompareAsync(host, "1,000 prison-days", Many, OverAll, number => prison.BookAsync(number, DayOf(number)), number => table.BookAsync(number, DayOf(number)));
        (int beyond, int difference) = await prison.CountAsync(OneDay);
        await table.CheckAsync();
        Figure.Print(
            Figure.Of("booking-one-day", one, "bookings/s", oneInTable),
            Figure.Of("booking-1000-days", many, "bookings/s", manyInTable),
            Figure.Of("booking-beyond-capacity", beyond, "visits"),
            Figure.Of("booking-ledger-difference", difference, "credits"));
        if (beyond != 0 || difference != 0)
        {
            throw new InvalidOperationException("Places or credits were given twice, or not given back.");
        }
    }

    private static int DayOf(int number) => 1 + (number % Days);

    /// <summary>Bookings a second of either, over all rounds. Each round begins when the read models have what came before: none pays for another's.</summary>
    private static async Task<(double Ours, double Baseline)> CompareAsync(BenchmarkHost host, string what, int from, int bookings, Func<int, Task> ours, Func<int, Task> baseline)
    {
        int each = bookings / Rounds;
        double oursSeconds = 0, baselineSeconds = 0;
        for (int round = 0; round < Rounds; round++)
        {
            int first = from + (round * each);
            oursSeconds += each / await RateAsync(what, each, () => CallAsync(first, each, ours));
            baselineSeconds += each / await RateAsync($"{what}, select for update", each, () => CallAsync(first, each, baseline));
        }

        return (bookings / oursSeconds, bookings / baselineSeconds);

        async Task<double> RateAsync(string whose, int calls, Func<Task> work)
        {
            await host.Services.GetRequiredService<Freshness>().WaitForProjectionsAsync();
            return await Figure.PerSecondAsync(whose, calls, work);
        }
    }

    private static Task CallAsync(int from, int count, Func<int, Task> book) => Parallel.ForEachAsync(
        Enumerable.Range(from, count), new ParallelOptions { MaxDegreeOfParallelism = Callers }, async (number, _) => await book(number));
}

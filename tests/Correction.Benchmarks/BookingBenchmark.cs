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
    public const int Prisoners = Many + Bookings;

    private const int Callers = 128;
    private const int Bookings = 4_000;
    private const int One = 1_000;  // numbers of the prisoners whose visits are all on one day
    private const int Many = 10_000; // and of those whose visits are over all days
    private const int OneDay = Days + 1;

    public static async Task RunAsync()
    {
        await using BenchmarkHost host = await BenchmarkHost.StartAsync();
        LocalDate date = ChinaTime.DateOf(host.Services.GetRequiredService<IClock>().GetCurrentInstant()).PlusDays(2);
        var table = new BookingTable(host.Services.GetRequiredService<NpgsqlDataSource>());
        var prison = new BookingPrison(host, date);
        await table.PrepareAsync();
        await prison.OpenAsync([.. Enumerable.Range(0, 200), .. Enumerable.Range(One, Bookings), .. Enumerable.Range(Many, Bookings)], Callers);
        await CallAsync(0, 200, number => prison.BookAsync(number, DayOf(number))); // warm
        await CallAsync(0, 200, number => table.BookAsync(number, DayOf(number)));

        double one = await RateAsync(host, "one prison-day", One, number => prison.BookAsync(number, OneDay));
        double oneInTable = await RateAsync(host, "one prison-day, select for update", One, number => table.BookAsync(number, OneDay));
        double many = await RateAsync(host, "1,000 prison-days", Many, number => prison.BookAsync(number, DayOf(number)));
        double manyInTable = await RateAsync(host, "1,000 prison-days, select for update", Many, number => table.BookAsync(number, DayOf(number)));
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

    /// <summary>Each begins when the read models have what came before: none pays for another's.</summary>
    private static async Task<double> RateAsync(BenchmarkHost host, string what, int from, Func<int, Task> book)
    {
        await host.Services.GetRequiredService<Freshness>().WaitForProjectionsAsync();
        return await Figure.PerSecondAsync(what, Bookings, () => CallAsync(from, Bookings, book));
    }

    private static Task CallAsync(int from, int count, Func<int, Task> book) => Parallel.ForEachAsync(
        Enumerable.Range(from, count), new ParallelOptions { MaxDegreeOfParallelism = Callers }, async (number, _) => await book(number));
}

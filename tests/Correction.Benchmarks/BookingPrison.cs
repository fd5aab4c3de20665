using System.Collections.Immutable;
using System.Text.Json;
using Correction.Domain;
using Correction.Domain.Visits;
using Correction.Grains;
using Correction.Grains.Visits;
using Correction.Store.Journaling;
using Microsoft.Extensions.DependencyInjection;
using NodaTime;

namespace Correction.Benchmarks;

/// <summary>A prison whose days are those of years, so that one policy plans them all, with a verified relative for each prisoner.</summary>
/// <param name="first">Day 0.</param>
internal sealed class BookingPrison(BenchmarkHost host, LocalDate first)
{
    private static readonly Actor Officer = new("officer", Role.Officer, "430981001");
    private static readonly Jurisdiction County = Jurisdiction.Parse("430981");

    private readonly VisitDesk _desk = new(host.Grains, host.Services.GetRequiredService<IClock>());
    private readonly Jurisdiction _prison = Jurisdiction.Parse("43B1P1");
    private readonly RelativeId[] _relatives = new RelativeId[BookingBenchmark.Prisoners];
    private int _booked;

    public async Task OpenAsync(IEnumerable<int> prisoners, int callers)
    {
        var session = new SessionTemplate(
            "am", [.. Enum.GetValues<IsoDayOfWeek>().Where(day => day != IsoDayOfWeek.None)], new LocalTime(9, 0), new LocalTime(9, 30), 30, BookingBenchmark.Capacity, [], new LocalDate(2026, 1, 1), null);
        var policy = new VisitPolicy(
            new LocalDate(2026, 1, 1), "基准", false, [session], [new QuotaRule("standard", "video", [VisitChannel.Station], BookingBenchmark.PerMonth)], 3, 30, 0, 0, 30);
        CommandEnvelope prison = CommandEnvelope.By(new Actor("prison", Role.Prison, _prison.Code));
        await DoneAsync(host.Grains.Prison(_prison).Execute(new RegisterPrison("基准"), prison));
        await DoneAsync(host.Grains.Prison(_prison).Execute(new AdoptVisitPolicy(policy), prison));
        await Parallel.ForEachAsync(prisoners, new ParallelOptions { MaxDegreeOfParallelism = callers }, async (number, _) => await PrepareAsync(number, prison));
    }

    public async Task BookAsync(int prisoner, int day)
    {
        var slot = new SlotId(_prison, first.PlusDays(day), "am", new LocalTime(9, 0));
        var request = new VisitRequest(new VisitId(Guid.CreateVersion7()), slot, $"{prisoner}", [_relatives[prisoner]], VisitChannel.Station, County);
        CommandOutcome outcome = await _desk.BookAsync(request, CommandEnvelope.By(Officer) with { Command = new CommandKey($"{prisoner}", "book") });
        if (outcome is CommandOutcome.Done)
        {
            Interlocked.Increment(ref _booked);
        }
        else if (outcome is not CommandOutcome.Refused { Refusal.Code: "slotFull" })
        {
            throw new InvalidOperationException($"A booking of the benchmark ended as {outcome}.");
        }
    }

    /// <summary>Visits of the busiest day beyond its capacity; then how far places given, credits used and bookings answered lie apart over all.</summary>
    public async Task<(int Beyond, int Difference)> CountAsync(int busiest)
    {
        int[] booked = await Task.WhenAll(Enumerable.Range(1, busiest).Select(async day => (await host.Grains.DayOf(_prison, first.PlusDays(day)).Read()).Bookings.Length));
        int[] used = await Task.WhenAll(Enumerable.Range(0, _relatives.Length).Where(number => _relatives[number] != default).Select(
            async number => (await host.Grains.Credits(new PrisonerKey(_prison, $"{number}")).Read()).Uses.Count()));
        return (Math.Max(0, booked.Max() - BookingBenchmark.Capacity), Math.Abs(booked.Sum() - _booked) + Math.Abs(used.Sum() - _booked));
    }

    private async Task PrepareAsync(int number, CommandEnvelope prison)
    {
        var key = new PrisonerKey(_prison, $"{number}");
        var id = new RelativeId(Guid.CreateVersion7());
        PersonalRecord person = new(Guid.CreateVersion7(), "person", JsonSerializer.SerializeToElement(new { name = "基准" }), new byte[16]);
        CommandEnvelope officer = CommandEnvelope.By(Officer);
        await DoneAsync(host.Grains.Prisoner(key).Execute(new ReceivePrisoner(person.Reference, "standard", false), prison));
        await DoneAsync(host.Grains.Relative(id).Execute(new ApplyAsRelative(id, key, Relationship.Parent, person.Reference, new LocalDate(1970, 1, 1), null, County, null), officer));
        await DoneAsync(host.Grains.Relative(id).Execute(new AddKinshipPaper(PaperKind.HouseholdRegister, person.Reference), officer));
        await DoneAsync(_desk.VerifyAsync(id, officer));
        _relatives[number] = id;
    }

    private static async Task DoneAsync(Task<CommandOutcome> command)
    {
        if (await command is not CommandOutcome.Done and var other)
        {
            throw new InvalidOperationException($"The benchmark's prison could not be prepared: {other}.");
        }
    }
}

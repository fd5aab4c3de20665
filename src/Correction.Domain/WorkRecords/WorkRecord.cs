using System.Collections.Immutable;
using System.Text.Json.Serialization;
using NodaTime;

namespace Correction.Domain.WorkRecords;

// Records of work whose systems are not part of this service, as an office keeps them in its registers (台账): disputes
// mediated, reconsiderations, normative documents, legal aid, visits held elsewhere. A record is known by its number within
// the register of its county, kind and year, and has the stream work/{county}/{kind}/{year}/{number}. It names nobody.

[JsonConverter(typeof(JsonStringEnumConverter<WorkKind>))]
public enum WorkKind
{
    /// <summary>人民调解</summary>
    [JsonStringEnumMemberName("mediation")] Mediation,

    /// <summary>行政复议</summary>
    [JsonStringEnumMemberName("reconsideration")] Reconsideration,

    /// <summary>规范性文件审查备案</summary>
    [JsonStringEnumMemberName("normativeDocument")] NormativeDocument,

    /// <summary>法律援助</summary>
    [JsonStringEnumMemberName("legalAid")] LegalAid,

    /// <summary>本系统启用前的远程视频会见</summary>
    [JsonStringEnumMemberName("remoteVisit")] RemoteVisit,
}

/// <summary>A fact of stream <c>work/{county}/{kind}/{year}/{number}</c>.</summary>
/// <param name="On">When it happened, as the register says.</param>
/// <param name="Source">The register or system that it was taken from; no person's name.</param>
public abstract record WorkRecordEvent(LocalDate On, string Source) : IDomainEvent
{
    /// <summary>A record takes each step once; facts that exclude each other are the same step.</summary>
    internal virtual string Step() => EventRegistry.NameOf(this);
}

/// <summary>What cannot be taken of a record.</summary>
/// <param name="Field">The column, in camelCase.</param>
/// <param name="Message">How to mend it.</param>
public sealed record RecordFlaw(string Field, string Message);

/// <summary>One row of a register.</summary>
/// <param name="Number">As the register numbers it; unique within county, kind and year.</param>
/// <param name="Jurisdiction">The county, or the station that did the work.</param>
[JsonDerivedType(typeof(MediationRecord), "mediation")]
[JsonDerivedType(typeof(ReconsiderationRecord), "reconsideration")]
[JsonDerivedType(typeof(NormativeDocumentRecord), "normativeDocument")]
[JsonDerivedType(typeof(LegalAidRecord), "legalAid")]
[JsonDerivedType(typeof(RemoteVisitRecord), "remoteVisit")]
public abstract record WorkRecord(string Number, Jurisdiction Jurisdiction)
{
    private const int LongestNumber = 60;
    private const string Marks = "-_.()[]（）〔〕【】";

    [JsonIgnore]
    public abstract WorkKind Kind { get; }

    /// <summary>Columns with dates, in the order in which they can happen; the first is always there.</summary>
    [JsonIgnore]
    public abstract ImmutableArray<(string Field, LocalDate? On)> Dates { get; }

    [JsonIgnore]
    public LocalDate Begun => Dates[0].On ?? default;

    /// <summary>What the row says has happened, in order.</summary>
    public abstract ImmutableArray<WorkRecordEvent> Events(string source);

    /// <summary>What is wrong with it beside its number and dates.</summary>
    protected virtual IEnumerable<RecordFlaw> OwnFlaws() => [];

    /// <param name="today">In China: nothing is recorded before it happened.</param>
    public IEnumerable<RecordFlaw> Flaws(LocalDate today)
    {
        if (Number.Length is 0 or > LongestNumber || !Number.All(character => char.IsLetterOrDigit(character) || Marks.Contains(character, StringComparison.Ordinal)))
        {
            yield return new("number", $"1 to {LongestNumber} letters, digits and marks of {Marks}");
        }

        LocalDate earliest = new(1990, 1, 1);
        foreach ((string field, LocalDate on) in Dates.Where(date => date.On is not null).Select(date => (date.Field, date.On!.Value)))
        {
            if (on < earliest || on > today)
            {
                yield return new(field, $"A date from {earliest:uuuu-MM-dd}, where what comes before it ends, to today.");
            }

            earliest = LocalDate.Max(earliest, on);
        }

        foreach (RecordFlaw flaw in OwnFlaws())
        {
            yield return flaw;
        }
    }
}

/// <summary>The records of one kind that a county keeps for one year; numbers begin anew each year.</summary>
/// <param name="Year">In which its records began.</param>
public sealed record WorkRegister(Jurisdiction County, WorkKind Kind, int Year)
{
    public override string ToString() => string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{County}/{WireNames<WorkKind>.Of(Kind)}/{Year:0000}");

    public static bool TryParse(string text, out WorkRegister register)
    {
        string[] parts = text.Split('/');
        register = null!;
        if (parts is [var code, var name, { Length: 4 } digits] && Domain.Jurisdiction.TryParse(code, out Jurisdiction county) && county.County == county
            && WireNames<WorkKind>.TryParse(name, out WorkKind kind) && int.TryParse(digits, System.Globalization.NumberStyles.None, null, out int year))
        {
            register = new WorkRegister(county, kind, year);
        }

        return register is not null;
    }

    /// <summary>Why a record does not belong here, or cannot be taken at all.</summary>
    public IEnumerable<RecordFlaw> Flaws(WorkRecord record, LocalDate today)
    {
        if (!County.Covers(record.Jurisdiction))
        {
            yield return new("jurisdiction", $"The county {County} or one of its stations.");
        }

        if (record.Kind != Kind || record.Begun.Year != Year)
        {
            yield return new(record.Dates[0].Field, $"This register is of {WireNames<WorkKind>.Of(Kind)} begun in {Year}.");
        }

        foreach (RecordFlaw flaw in record.Flaws(today))
        {
            yield return flaw;
        }
    }
}

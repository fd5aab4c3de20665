using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace Correction.Store;

/// <summary>The service's figures, in the words of the field. Counts and times only: no id, no name, no place.</summary>
public static class Telemetry
{
    public const string MeterName = "Correction";

    private static readonly Meter Meter = new(MeterName);

    /// <summary>Entries that one commit of the Journal made durable.</summary>
    public static Histogram<int> JournalBatch { get; } = Meter.CreateHistogram<int>("correction.journal.batch", "{entry}", "Entries made durable by one commit");

    public static Histogram<double> JournalCommit { get; } = Meter.CreateHistogram<double>("correction.journal.commit", "s", "Duration of one commit of the Journal");

    public static Counter<long> FixesRecorded { get; } = Meter.CreateCounter<long>("correction.fixes.recorded", "{fix}", "Fixes made durable with their subject");

    /// <summary>Tagged with the kind of alert.</summary>
    public static Counter<long> AlertsRaised { get; } = Meter.CreateCounter<long>("correction.alerts.raised", "{alert}", "Alerts raised");

    /// <summary>Tagged with what became of them.</summary>
    public static Counter<long> MessagesSettled { get; } = Meter.CreateCounter<long>("correction.messages.settled", "{message}", "Messages to families that left the outbox");

    /// <summary>Open hub connections of this host.</summary>
    public static UpDownCounter<int> HubClients { get; } = Meter.CreateUpDownCounter<int>("correction.hub.clients", "{connection}", "Open hub connections");

    /// <summary>One commit of the Journal.</summary>
    internal static void Committed(int entries, int fixes, TimeSpan took)
    {
        JournalBatch.Record(entries);
        JournalCommit.Record(took.TotalSeconds);
        FixesRecorded.Add(fixes);
    }

    /// <param name="outcome">The outcome's name on the wire.</param>
    public static void MessageSettled(string outcome) => MessagesSettled.Add(1, new TagList { { "outcome", outcome } });

    /// <param name="kind">The kind's name on the wire.</param>
    public static void Raised(string kind) => AlertsRaised.Add(1, new TagList { { "kind", kind } });
}

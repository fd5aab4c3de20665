using System.Collections;
using System.Globalization;
using System.Resources;
using Correction.Domain;
using Correction.Domain.Alerts;
using Correction.Domain.Devices;
using Correction.Domain.Location;
using Correction.Domain.Messages;
using Correction.Domain.Subjects;
using Correction.Domain.Visits;
using Correction.Projections;
using Correction.Server.Pages.Resources;
using Correction.Store.Exports;
using Xunit;

namespace Correction.Server.Tests.Pages;

public sealed class TextsTests
{
    private static readonly ResourceManager Resources = new(typeof(Texts));

    [Fact]
    public void Given_both_languages_When_their_keys_are_compared_Then_neither_lacks_one() =>
        Assert.Equal(Read(CultureInfo.InvariantCulture).Keys.Order(StringComparer.Ordinal), Read(CultureInfo.GetCultureInfo("en")).Keys.Order(StringComparer.Ordinal));

    [Fact]
    public void Given_both_languages_When_their_texts_are_read_Then_none_is_empty_and_both_take_the_same_arguments()
    {
        Dictionary<string, string> english = Read(CultureInfo.GetCultureInfo("en"));
        foreach ((string key, string chinese) in Read(CultureInfo.InvariantCulture))
        {
            Assert.False(string.IsNullOrEmpty(chinese), key);
            Assert.False(string.IsNullOrEmpty(english[key]), key);
            for (int argument = 0; argument < 4; argument++)
            {
                Assert.True(chinese.Contains($"{{{argument}}}", StringComparison.Ordinal) == english[key].Contains($"{{{argument}}}", StringComparison.Ordinal), key);
            }
        }
    }

    [Fact]
    public void Given_the_values_that_pages_show_When_their_words_are_sought_Then_each_has_one()
    {
        Dictionary<string, string> words = Read(CultureInfo.InvariantCulture);
        IEnumerable<string> keys =
        [
            .. EventRegistry.Names.Values.Select(name => "Event." + name),
            .. Of<Role>("Role"), .. Of<CorrectionCategory>("Category"), .. Of<MonitoringGround>("Ground"), .. Of<DeviceKind>("DeviceKind"),
            .. Of<ZoneKind>("ZoneKind"), .. Of<AlertKind>("AlertKind"), .. Of<AlertSeverity>("Severity"), .. Of<AlertCondition>("Condition"),
            .. Of<AlertHandling>("Handling"), .. Of<AlertLevel>("Level"), .. Of<FixUse>("FixUse"), .. Of<SuspensionReason>("Suspension.Reason"),
            .. Of<WarningReason>("Warning"), .. Of<InstructionKind>("Instruction"), .. Of<CommandFailure>("OrderFailure"), .. Of<LeaveReason>("LeaveReason"), .. Of<LeaveState>("LeaveState"), .. Of<LeaveLevel>("LeaveLevel"),
            .. Of<VisitStage>("VisitStage"), .. Of<VisitChannel>("VisitPlace"), .. Of<VisitObstacle>("VisitObstacle"), .. Of<DeclineReason>("DeclineReason"), .. Of<CancelReason>("CancelReason"), .. Of<BlockReason>("BlockReason"), .. Of<CutReason>("CutReason"),
            .. Of<EndReason>("EndReason"), .. Of<Relationship>("Relationship"), .. Of<RelativeStage>("RelativeStage"), .. Of<KinshipRefusal>("KinshipRefusal"), .. Of<PaperKind>("PaperKind"), .. Of<MessageKind>("MessageKind"), .. Of<MessageKind>("Message"), .. Of<MessageOutcome>("MessageState"), .. Of<MessageWay>("MessageWay"), "MessageState.waiting",
            .. Of<Domain.Access.LookingRule>("LookingRule"), .. Of<Domain.Access.LookingVerdict>("LookingVerdict"), .. Domain.Access.AccessWords.Things.Select(thing => "Looked." + thing), .. Domain.Access.AccessWords.Ways.Select(way => "Via." + way),
            .. Of<Store.Ledger.WitnessFailure>("WitnessState"),
            .. Of<ExportState>("ExportState"), .. Of<ExportFailure>("ExportFailure"), .. Of<ExportFormat>("ExportFormat"),
            .. Of<WorkMeasure>("Measure"), .. WorkShare.All.Select(share => "Share." + share.Name),
            .. Enum.GetValues<DeviceAlarms>().Where(alarm => alarm != DeviceAlarms.None).Select(alarm => $"Alarm.{alarm}"),
        ];
        Assert.DoesNotContain(keys, key => !words.ContainsKey(key));
    }

    private static IEnumerable<string> Of<T>(string group)
        where T : struct, Enum => WireNames<T>.All.Select(name => $"{group}.{name}");

    private static Dictionary<string, string> Read(CultureInfo culture) =>
        Resources.GetResourceSet(culture, createIfNotExists: true, tryParents: false)!.Cast<DictionaryEntry>()
            .ToDictionary(entry => (string)entry.Key, entry => (string)entry.Value!, StringComparer.Ordinal);
}

using System.Collections;
using System.Globalization;
using System.Resources;
using Correction.Domain;
using Correction.Domain.Alerts;
using Correction.Domain.Location;
using Correction.Domain.Subjects;
using Correction.Server.Pages.Resources;
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
            .. Of<AlertHandling>("Handling"), .. Of<FixUse>("FixUse"),
        ];
        Assert.DoesNotContain(keys, key => !words.ContainsKey(key));
    }

    private static IEnumerable<string> Of<T>(string group)
        where T : struct, Enum => WireNames<T>.All.Select(name => $"{group}.{name}");

    private static Dictionary<string, string> Read(CultureInfo culture) =>
        Resources.GetResourceSet(culture, createIfNotExists: true, tryParents: false)!.Cast<DictionaryEntry>()
            .ToDictionary(entry => (string)entry.Key, entry => (string)entry.Value!, StringComparer.Ordinal);
}

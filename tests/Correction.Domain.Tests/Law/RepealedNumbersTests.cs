using System.Text.RegularExpressions;
using Correction.Domain.Law;

namespace Correction.Domain.Tests.Law;

/// <summary>
/// The measures of 2012 (repealed 2020-07-01) stand all over the web. Their numbers are law no longer and
/// must not come back: not as a rule, not in a text that an officer reads.
/// </summary>
public sealed partial class RepealedNumbersTests
{
    private static readonly Regex[] Repealed = [MonthlyHours(), ThreeDaysToTheStation(), ThreeWorkingDaysToTransfer(), LeaveOfAMonthAtMost(), OnlyTwoReasons(), Instrument()];

    [Theory]
    [InlineData("每月参加教育学习时间不少于8小时")]
    [InlineData("每月社区服务时间不少于八小时")]
    [InlineData("at least 8 hours of study a month")]
    [InlineData("应当在三日内到司法所接受矫正")]
    [InlineData("3天内到指定的司法所报到")]
    [InlineData("三个工作日内移送材料")]
    [InlineData("外出时间不得超过一个月")]
    [InlineData("只有因就医、家庭重大变故等原因方可外出")]
    [InlineData("依据司发通〔2012〕12号")]
    public void Given_a_sentence_of_the_repealed_measures_When_read_Then_it_is_recognised(string sentence) =>
        Assert.Contains(Repealed, pattern => pattern.IsMatch(sentence));

    [Theory]
    [InlineData("外出超过三十日的，报上一级社区矫正机构批准")]
    [InlineData("自判决生效之日起十日内报到")]
    [InlineData("电子定位期限不得超过三个月")]
    [InlineData("就医、就学、参与诉讼、处理家庭或者工作重要事务")]
    public void Given_a_sentence_of_the_law_in_force_When_read_Then_it_is_not_taken_for_a_repealed_one(string sentence) =>
        Assert.DoesNotContain(Repealed, pattern => pattern.IsMatch(sentence));

    public static TheoryData<string> Texts =>
    [
        .. new[]
        {
            Directory.GetFiles(Repository.PathOf("src", "Correction.Server", "Pages"), "*.resx", SearchOption.AllDirectories)
                .Concat(Directory.GetFiles(Repository.PathOf("src", "Correction.Server", "Pages"), "*.razor", SearchOption.AllDirectories)),
            Directory.GetFiles(Repository.PathOf("src", "Correction.Server", "Islands", "shared"), "strings.*.ts"),
            Directory.GetFiles(Repository.PathOf("src", "Correction.Simulation"), "*.cs"),
            Directory.GetFiles(Repository.PathOf("src", "Correction.Domain"), "*.cs", SearchOption.AllDirectories),
        }.SelectMany(files => files).Select(file => Path.GetRelativePath(Repository.Root, file)),
    ];

    [Theory]
    [MemberData(nameof(Texts))]
    public void Given_a_text_of_the_pages_the_demo_or_the_domain_When_read_Then_no_repealed_number_stands_in_it(string file)
    {
        string text = File.ReadAllText(Repository.PathOf(file));
        Assert.All(Repealed, pattern => Assert.DoesNotMatch(pattern, text));
    }

    [Fact]
    public void Given_the_law_book_When_read_Then_no_rule_is_one_of_the_repealed_measures()
    {
        Assert.DoesNotContain(LawBook.All, rule => Instrument().IsMatch(rule.Basis.Instrument));
        Assert.DoesNotContain(LawBook.All, rule => rule is { Value: 8, Unit: not PeriodUnit.None }); // hours of study and service a month
        Assert.DoesNotContain(LawBook.All, rule => rule is { Value: 3, Unit: PeriodUnit.CalendarDays } && rule.Id.Contains("eport", StringComparison.Ordinal));
        Assert.DoesNotContain(LawBook.All, rule => rule is { Value: 1, Unit: PeriodUnit.Months } && rule.Id.Contains("eave", StringComparison.Ordinal));
    }

    [GeneratedRegex("[8八]\\s*(个)?小时|(8|eight) hours", RegexOptions.IgnoreCase)]
    private static partial Regex MonthlyHours();

    [GeneratedRegex("[3三]\\s*[天日](之)?内[^，。；]{0,8}司法所|within (3|three) days[^,.;]{0,20}station", RegexOptions.IgnoreCase)]
    private static partial Regex ThreeDaysToTheStation();

    [GeneratedRegex("[3三]个?工作日(之)?内[^，。；]{0,8}(移送|转递|移交|送达)")]
    private static partial Regex ThreeWorkingDaysToTransfer();

    [GeneratedRegex("外出[^，。；]{0,10}不(得)?超过\\s*(一个月|1\\s*个月)|leave[^,.;]{0,30}at most (1|one) month", RegexOptions.IgnoreCase)]
    private static partial Regex LeaveOfAMonthAtMost();

    [GeneratedRegex("(只|仅|限)[^。；]{0,4}因?就医、家庭重大变故")]
    private static partial Regex OnlyTwoReasons();

    [GeneratedRegex("司发通〔2012〕12号")]
    private static partial Regex Instrument();
}

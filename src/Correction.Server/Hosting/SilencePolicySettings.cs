using Correction.Domain.Subjects;
using NodaTime;

namespace Correction.Server.Hosting;

/// <summary>
/// The office's numbers for silence, in minutes, each for <c>Bracelet</c> and <c>Phone</c>: <c>Policy:SilenceMinutes</c>
/// without communication, <c>Policy:PositionMinutes</c> heard without a position; <c>Policy:WarnMinutes</c> and
/// <c>Policy:WarnOfPositionMinutes</c> until the subject is warned, which comes to nothing where the officer is alerted first.
/// </summary>
internal static class SilencePolicySettings
{
    public static SilencePolicy Read(IConfiguration configuration)
    {
        SilencePolicy standard = SilencePolicy.Default;
        return new(Minutes(configuration, "SilenceMinutes:Bracelet") ?? standard.Bracelet, Minutes(configuration, "SilenceMinutes:Phone") ?? standard.Phone)
        {
            WarnBracelet = Minutes(configuration, "WarnMinutes:Bracelet") ?? standard.WarnBracelet,
            WarnPhone = Minutes(configuration, "WarnMinutes:Phone") ?? standard.WarnPhone,
            PositionBracelet = Minutes(configuration, "PositionMinutes:Bracelet") ?? standard.PositionBracelet,
            PositionPhone = Minutes(configuration, "PositionMinutes:Phone") ?? standard.PositionPhone,
            WarnOfPositionBracelet = Minutes(configuration, "WarnOfPositionMinutes:Bracelet") ?? standard.WarnOfPositionBracelet,
            WarnOfPositionPhone = Minutes(configuration, "WarnOfPositionMinutes:Phone") ?? standard.WarnOfPositionPhone,
        };
    }

    private static Duration? Minutes(IConfiguration configuration, string key) =>
        configuration.GetValue<double?>($"Policy:{key}") is { } minutes ? Duration.FromMinutes(minutes) : null;
}

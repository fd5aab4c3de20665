using System.Collections.Frozen;
using System.Globalization;
using Correction.Domain;
using Correction.Domain.Devices;
using Correction.Domain.Location;
using Microsoft.Extensions.Configuration;
using NodaTime;
using NodaTime.Text;

namespace Correction.Gateway.Jt808.Devices;

/// <summary>
/// The models an office has. Section <c>Gateway:Jt808:Models:{name}</c>, where the name is what the terminal says when it
/// registers, or <c>standard</c> for all that say another: <c>Clock</c> (<c>+08</c>), <c>Coordinates</c> (<c>wgs84</c>,
/// <c>gcj02</c>, <c>bd09</c>), <c>Alarms:{name}</c> (bit numbers; replaces the standard's map), <c>Battery</c> (item,
/// length and offset: <c>E4:2:1</c>). What a section leaves out is as the standard model has it.
/// </summary>
public sealed class DeviceModels
{
    public const string Section = "Gateway:Jt808:Models";

    private static readonly OffsetPattern ClockPattern = OffsetPattern.GeneralInvariant;

    /// <summary>Makers whose alarm bits are known to differ from the standard's.</summary>
    private static readonly DeviceModel[] Known =
    [
        DeviceModel.Standard,
        DeviceModel.Standard with { Name = "AL300", Alarms = DeviceModel.BitsOf([]) }, // its bit 16: movement
        DeviceModel.Standard with { Name = "GL100", Alarms = DeviceModel.BitsOf([]) },
        DeviceModel.Standard with { Name = "G-360P", Alarms = DeviceModel.BitsOf([(DeviceAlarms.Tamper, [0, 1, 4])]) },
        DeviceModel.Standard with { Name = "G-508P", Alarms = DeviceModel.BitsOf([(DeviceAlarms.Tamper, [0, 1, 4])]) },
    ];

    private readonly FrozenDictionary<string, DeviceModel> _models;

    /// <exception cref="FormatException">A section says something that cannot be read: the message names it.</exception>
    public DeviceModels(IConfiguration configuration)
    {
        var models = Known.ToDictionary(model => model.Name, StringComparer.OrdinalIgnoreCase);
        IEnumerable<IConfigurationSection> sections = configuration.GetSection(Section).GetChildren();
        foreach (IConfigurationSection section in sections.OrderByDescending(section => IsStandard(section.Key)))
        {
            DeviceModel basis = models.GetValueOrDefault(section.Key) ?? models[DeviceModel.Standard.Name];
            models[section.Key] = Read(section, basis with { Name = section.Key });
        }

        _models = models.ToFrozenDictionary(StringComparer.OrdinalIgnoreCase);
        Standard = _models[DeviceModel.Standard.Name];
    }

    public DeviceModel Standard { get; }

    /// <summary>The model of that name; the standard one where the office has described none.</summary>
    public DeviceModel Of(string? name) => name is not null && _models.TryGetValue(name, out DeviceModel? model) ? model : Standard;

    private static bool IsStandard(string name) => string.Equals(name, DeviceModel.Standard.Name, StringComparison.OrdinalIgnoreCase);

    private static DeviceModel Read(IConfigurationSection section, DeviceModel basis)
    {
        IConfigurationSection alarms = section.GetSection("Alarms"), battery = section.GetSection("Battery");
        return basis with
        {
            Clock = section["Clock"] is { } clock ? ClockPattern.Parse(clock) is { Success: true } read ? read.Value : throw Unreadable(section, "Clock") : basis.Clock,
            Coordinates = section["Coordinates"] is { } name
                ? WireNames<CoordinateSystem>.TryParse(name, out CoordinateSystem system) ? system : throw Unreadable(section, "Coordinates")
                : basis.Coordinates,
            Alarms = alarms.Exists() ? DeviceModel.BitsOf(alarms.GetChildren().Select(ReadAlarm)) : basis.Alarms,
            Battery = battery.Exists() ? [.. battery.GetChildren().Select(ReadBattery)] : basis.Battery,
        };
    }

    private static (DeviceAlarms, int[]) ReadAlarm(IConfigurationSection section)
    {
        string[] bits = (section.Value ?? string.Empty).Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        int[] numbers = [.. bits.Select(bit => int.TryParse(bit, NumberStyles.None, CultureInfo.InvariantCulture, out int number) && number < 32 ? number : -1)];
        return Enum.TryParse(section.Key, ignoreCase: true, out DeviceAlarms alarm) && !numbers.Contains(-1) ? (alarm, numbers) : throw Unreadable(section, section.Key);
    }

    private static BatteryItem ReadBattery(IConfigurationSection section) =>
        section.Value?.Split(':') is [var item, var length, var offset]
        && byte.TryParse(item, NumberStyles.HexNumber, CultureInfo.InvariantCulture, out byte id)
        && int.TryParse(length, NumberStyles.None, CultureInfo.InvariantCulture, out int bytes)
        && int.TryParse(offset, NumberStyles.None, CultureInfo.InvariantCulture, out int at) && at < bytes
            ? new BatteryItem(id, bytes, at)
            : throw Unreadable(section, "Battery");

    private static FormatException Unreadable(IConfigurationSection section, string what) =>
        new($"{section.Path}: {what} cannot be read; see docs/adr on the JT/T 808 gateway for its form.");
}

using System.Text.Json.Serialization;

namespace Correction.Domain;

/// <summary>What an account may do; the English names are those of the contract.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<Role>))]
public enum Role
{
    /// <summary>The service itself: gateways, deadlines, the Sealer.</summary>
    [JsonStringEnumMemberName("system")] System,

    /// <summary>Correction officer of a judicial station (司法所工作人员), acting by delegation (Art. 9).</summary>
    [JsonStringEnumMemberName("officer")] Officer,

    /// <summary>Head of the county judicial administration (县级司法行政部门负责人).</summary>
    [JsonStringEnumMemberName("approver")] Approver,

    /// <summary>Reads and approves beyond the station's power.</summary>
    [JsonStringEnumMemberName("leader")] Leader,

    [JsonStringEnumMemberName("prison")] Prison,
    [JsonStringEnumMemberName("family")] Family,

    /// <summary>Procuratorate and superior bureau: reads, never decides.</summary>
    [JsonStringEnumMemberName("auditor")] Auditor,

    /// <summary>Runs the system; sees devices and quarantine.</summary>
    [JsonStringEnumMemberName("admin")] Admin,
}

/// <summary>Who acts: an account (never a person's name), in a role, for a jurisdiction.</summary>
public sealed record Actor(string Account, Role Role, string Jurisdiction)
{
    /// <summary>Acts where no human does: a device reported, a deadline passed.</summary>
    public static Actor System { get; } = new("system", Role.System, "00");
}

namespace Correction.Domain.Tests;

/// <summary>What must hold of every event and of every project's references.</summary>
public sealed class RegistryTests
{
    private static readonly Type[] Events =
        [.. typeof(IDomainEvent).Assembly.GetTypes().Where(type => type.IsAssignableTo(typeof(IDomainEvent)) && type is { IsInterface: false, IsAbstract: false })];

    [Fact]
    public void Every_event_has_a_wire_name_of_its_own()
    {
        Assert.Equal(Events.Select(type => type.Name).Order(), EventRegistry.Names.Keys.Select(type => type.Name).Order());
        Assert.Equal(EventRegistry.Names.Count, EventRegistry.Names.Values.Distinct().Count());
    }

    [Fact]
    public void Every_event_and_command_has_a_row_in_the_glossary()
    {
        string glossary = File.ReadAllText(Repository.PathOf("docs", "glossary.md"));
        Type[] families =
        [
            typeof(Domain.Subjects.SubjectCommand), typeof(Domain.Alerts.AlertCommand), typeof(Domain.Devices.DeviceCommand), typeof(Domain.Accounts.AccountCommand), typeof(Domain.ZoneSets.ZoneSetCommand), typeof(Domain.WorkRecords.WorkRecordCommand), typeof(Domain.CaseFiles.CaseFileCommand),
            typeof(Domain.Visits.PrisonCommand), typeof(Domain.Visits.PrisonerCommand), typeof(Domain.Visits.RelativeCommand),
            typeof(Domain.Visits.VisitCreditCommand), typeof(Domain.Visits.VisitDayCommand), typeof(Domain.Visits.VisitCommand),
        ];
        Type[] commands = [.. typeof(IDomainEvent).Assembly.GetTypes().Where(type => type is { IsAbstract: false } && families.Any(type.IsAssignableTo))];
        Assert.All(Events.Concat(commands), type => Assert.Contains(type.Name, glossary, StringComparison.Ordinal));
    }

    [Fact]
    public void The_domain_knows_nothing_of_storage_hosting_or_the_web()
    {
        string[] allowed = ["NodaTime", "NetTopologySuite", "System", "netstandard"];
        IEnumerable<string> strangers = typeof(IDomainEvent).Assembly.GetReferencedAssemblies().Select(name => name.Name!)
            .Where(name => !allowed.Any(prefix => name.StartsWith(prefix, StringComparison.Ordinal)));
        Assert.Empty(strangers);
    }
}

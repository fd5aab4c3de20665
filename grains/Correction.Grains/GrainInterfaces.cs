using Correction.Domain;
using Correction.Domain.Access;
using Correction.Domain.Alerts;
using Correction.Domain.Subjects;

namespace Correction.Grains;

/// <summary>One correction subject; the only writer of its stream. Key: <see cref="SubjectId"/>.</summary>
[Alias("subject")]
public interface ISubjectGrain : IGrainWithStringKey
{
    /// <summary>Decides and commits one command. Binding a device is <see cref="IDeviceGrain.Bind"/>.</summary>
    [Alias("execute")]
    Task<CommandOutcome> Execute([Immutable] SubjectCommand command, CommandEnvelope envelope);

    /// <summary>Takes a device's report; returns after it is durable.</summary>
    [Alias("report")]
    Task<ReportOutcome> Report(FixReport report);

    /// <summary>A deadline of this subject has passed: look now.</summary>
    [Alias("look")]
    Task Look();
}

/// <summary>One device: whose it is. Key: the device id as the gateway knows it.</summary>
[Alias("device")]
public interface IDeviceGrain : IGrainWithStringKey
{
    /// <summary>The subject whose device this is; null: nobody's.</summary>
    [Alias("holder")]
    Task<SubjectId?> Holder();

    /// <summary>Claims the device for the subject, then binds it there; releases it when the subject refuses.</summary>
    [Alias("bind")]
    Task<CommandOutcome> Bind(SubjectId subject, [Immutable] BindDevice command, CommandEnvelope envelope);

    [Alias("unbind")]
    Task<CommandOutcome> Unbind(SubjectId subject, CommandEnvelope envelope);

    /// <summary>Keeps the report of a device that is nobody's; returns after it is durable.</summary>
    [Alias("quarantine")]
    Task Quarantine(FixReport report);
}

/// <summary>One alert; the only writer of its stream after the event that began it. Key: <see cref="AlertId"/>.</summary>
[Alias("alert")]
public interface IAlertGrain : IGrainWithStringKey
{
    [Alias("execute")]
    Task<CommandOutcome> Execute([Immutable] AlertCommand command, CommandEnvelope envelope);

    /// <summary>Whether officers have still to handle it.</summary>
    [Alias("unresolved")]
    Task<bool> IsUnresolved();
}

/// <summary>What one account looked at on one local date. Key: <c>{account}/{date}</c>.</summary>
[Alias("access")]
public interface IAccessGrain : IGrainWithStringKey
{
    /// <summary>Puts a look on record; returns after it is durable.</summary>
    [Alias("record")]
    Task Record([Immutable] PersonalDataViewed viewed, Actor actor);
}

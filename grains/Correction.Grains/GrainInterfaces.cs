using Correction.Domain;
using Correction.Domain.Access;
using Correction.Domain.Accounts;
using Correction.Domain.Alerts;
using Correction.Domain.CaseFiles;
using Correction.Domain.Devices;
using Correction.Domain.Subjects;

namespace Correction.Grains;

/// <summary>A grain with deadlines.</summary>
[Alias("looking")]
public interface ILookingGrain : IGrainWithStringKey
{
    /// <summary>A deadline has passed: look now. Repeated, it changes nothing.</summary>
    [Alias("look")]
    Task Look();
}

/// <summary>One correction subject; the only writer of its stream. Key: <see cref="SubjectId"/>.</summary>
[Alias("subject")]
public interface ISubjectGrain : ILookingGrain
{
    /// <summary>Decides and commits one command. Binding a device is <see cref="IDeviceGrain.Bind"/>.</summary>
    [Alias("execute")]
    Task<CommandOutcome> Execute([Immutable] SubjectCommand command, CommandEnvelope envelope);

    /// <summary>Takes a device's report; returns after it is durable.</summary>
    [Alias("report")]
    Task<ReportOutcome> Report(FixReport report);}

/// <summary>One device: whose it is. Key: the device id as the gateway knows it.</summary>
[Alias("device")]
public interface IDeviceGrain : ILookingGrain
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

    /// <summary>A terminal with this number has connected: how to treat it, and what waits for it.</summary>
    [Alias("connect")]
    Task<TerminalAdmission> Connect();

    [Alias("register")]
    Task Register([Immutable] RegisterTerminal command);

    /// <summary>Whether this is the code that the terminal was last given.</summary>
    [Alias("authenticate")]
    Task<bool> Authenticate(string codeHash);

    /// <summary>Orders something of the device; returns after the order is durable, and is sent as soon as it is connected.</summary>
    [Alias("request")]
    Task<CommandOutcome> Request([Immutable] RequestDeviceCommand command, CommandEnvelope envelope);

    [Alias("command_sent")]
    Task CommandSent(DeviceCommandId command);

    [Alias("command_answered")]
    Task CommandAnswered(DeviceCommandId command, CommandFailure? failure);
}

/// <summary>One alert; the only writer of its stream after the event that began it. Key: <see cref="AlertId"/>.</summary>
[Alias("alert")]
public interface IAlertGrain : ILookingGrain
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

    /// <summary>Puts on record what a human made of what stood out on that day.</summary>
    [Alias("judge")]
    Task<CommandOutcome> Judge([Immutable] UnusualLookingJudged judged, CommandEnvelope envelope);
}

/// <summary>One case file. Key: SHA-256 of its bytes, lower-case hex.</summary>
[Alias("case_file")]
public interface ICaseFileGrain : IGrainWithStringKey
{
    /// <summary>Puts on record that the file is issued; only then may its bytes be given out.</summary>
    [Alias("execute")]
    Task<CommandOutcome> Execute([Immutable] CaseFileCommand command, CommandEnvelope envelope);
}

/// <summary>One account's authority. Key: user name. Passwords are no matter of this grain.</summary>
[Alias("account")]
public interface IAccountGrain : IGrainWithStringKey
{
    [Alias("execute")]
    Task<CommandOutcome> Execute([Immutable] AccountCommand command, CommandEnvelope envelope);

    /// <summary>What the account may do, as its stream says.</summary>
    [Alias("authority")]
    Task<AccountState> Authority();
}

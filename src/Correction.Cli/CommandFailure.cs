namespace Correction.Cli;

/// <summary>What a script can tell apart.</summary>
public enum ExitCode
{
    Done = 0,

    /// <summary>Ran to its end, but something was refused.</summary>
    Refused = 1,

    /// <summary>The input cannot be used: a missing file, no GPX, a wrong option.</summary>
    Unusable = 2,

    /// <summary>A server or gateway does not answer.</summary>
    Unreachable = 3,

    /// <summary>Wrong account or password, or not allowed.</summary>
    Denied = 4,
}

/// <summary>Ends a command with a message for a person and a code for a script; no stack is shown.</summary>
public sealed class CommandFailureException(ExitCode code, string message) : Exception(message)
{
    public ExitCode Code => code;
}

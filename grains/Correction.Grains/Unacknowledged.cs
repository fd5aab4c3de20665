using Correction.Store.Journaling;
using Npgsql;
using Orleans.Runtime;

namespace Correction.Grains;

/// <summary>Failures after which nothing was acknowledged and the same request may be sent again: load, a stopping service, a host that is gone.</summary>
public static class Unacknowledged
{
    public static bool Is(Exception failure) =>
        failure is JournalOverloadedException or JournalUnavailableException or StreamMovedException or TimeoutException or OrleansException || IsOfDatabase(failure);

    /// <summary>No free connection, no answer, a database that is starting or stopping: also as other libraries wrap it.</summary>
    private static bool IsOfDatabase(Exception? failure) => failure is NpgsqlException { IsTransient: true } || (failure is not null && IsOfDatabase(failure.InnerException));
}

namespace Correction.Store.Postgres;

/// <summary>A private PostgreSQL cannot be had. The message tells the operator why, and what would help.</summary>
public sealed class PostgresUnavailableException(string message, Exception? cause = null) : Exception(message, cause);

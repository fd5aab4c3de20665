using Npgsql;

namespace Correction.Store.Journaling;

internal static class Batches
{
    /// <summary>Adds a statement with the values of <c>$1</c>, <c>$2</c> and so on; a lone array stands in brackets, or it is taken for many.</summary>
    public static NpgsqlBatchCommand Add(this NpgsqlBatch batch, string statement, params ReadOnlySpan<object> values)
    {
        var command = new NpgsqlBatchCommand(statement);
        foreach (object value in values)
        {
            command.Parameters.Add(new() { Value = value });
        }

        batch.BatchCommands.Add(command);
        return command;
    }
}

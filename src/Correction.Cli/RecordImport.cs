using System.CommandLine;
using System.Text.Json;
using System.Text.Json.Nodes;
using Correction.Domain;
using Correction.Domain.WorkRecords;

namespace Correction.Cli;

/// <summary>
/// <c>import mediation</c>, <c>import legalAid</c>, …: the rows of a register, from CSV or NDJSON, in batches of which each is
/// taken whole or not at all. Rows that cannot be taken are named by line and field, and the other batches go on; once they
/// are mended the same file is sent again, and what was taken the first time stays as it is.
/// </summary>
public sealed class RecordImport(ApiClient api, TextWriter output, TextWriter faults)
{
    /// <summary>Rows in one request; the server takes no more.</summary>
    public const int BatchRows = 500;

    internal static IEnumerable<Command> Commands() => Enum.GetValues<WorkKind>().Select(Command);

    private static Command Command(WorkKind kind)
    {
        var file = new Argument<FileInfo>("FILE") { Description = $"CSV (UTF-8, first line: {string.Join(",", RecordColumns.Of(kind))}) or, where its name ends in .ndjson, a JSON object a line." };
        var county = new Option<string>("--county") { Description = "The county that keeps the register.", DefaultValueFactory = _ => "430981" };
        var source = new Option<string?>("--source") { Description = "What every event names as its source; standard: the file's name. No person's name." };
        var server = new ServerOptions("approver");
        var command = new Command(WireNames<WorkKind>.Of(kind), $"Takes over a register of {WireNames<WorkKind>.Of(kind)} records. Sent again, it changes nothing.") { file, county, source };
        server.AddTo(command);
        command.SetRun(async (given, cancellation) =>
        {
            FileInfo from = given.GetValue(file)!;
            IReadOnlyList<RecordRow> rows = RecordFile.Read(from, kind);
            using var http = new HttpClient();
            var import = new RecordImport(await server.LogInAsync(given, http, cancellation), Console.Out, Console.Error);
            return await import.RunAsync(kind, given.GetValue(county)!, given.GetValue(source) ?? from.Name, rows, cancellation);
        });
        return command;
    }

    public async Task<ExitCode> RunAsync(WorkKind kind, string county, string source, IReadOnlyList<RecordRow> rows, CancellationToken cancellation)
    {
        (int sent, int recorded, int unchanged, int refused) = (0, 0, 0, 0);
        string begun = RecordColumns.Begun(kind);
        foreach (RecordRow[] batch in rows.GroupBy(row => row.YearOf(begun)).SelectMany(year => year.Chunk(BatchRows)))
        {
            string path = $"api/v1/work-registers/{Uri.EscapeDataString(county)}/{WireNames<WorkKind>.Of(kind)}/{batch[0].YearOf(begun)}/records";
            JsonElement answer = await api.TryPostAsync(path, new JsonObject { ["source"] = source, ["records"] = new JsonArray([.. batch.Select(row => row.Fields.DeepClone())]) }, cancellation);
            sent += batch.Length;
            if (answer.TryGetProperty("recorded", out JsonElement taken))
            {
                (recorded, unchanged) = (recorded + taken.GetInt32(), unchanged + answer.GetProperty("unchanged").GetInt32());
            }
            else
            {
                refused += batch.Length;
                await TellAsync(answer, batch);
            }

            await output.WriteLineAsync($"{sent} of {rows.Count} rows: {recorded} recorded, {unchanged} stood already, {refused} in batches that were not taken");
        }

        return refused == 0 ? ExitCode.Done : ExitCode.Refused;
    }

    /// <summary>The server names rows by their place in the batch; a person looks for lines of the file.</summary>
    private async Task TellAsync(JsonElement problem, RecordRow[] batch)
    {
        if (!problem.TryGetProperty("errors", out JsonElement errors))
        {
            await faults.WriteLineAsync($"lines {batch[0].Line} to {batch[^1].Line}: {problem.GetProperty("detail").GetString()}");
            return;
        }

        foreach (JsonProperty error in errors.EnumerateObject())
        {
            (string where, string field) = Place(error.Name, batch);
            await faults.WriteLineAsync($"{where}{field}: {string.Join(' ', error.Value.EnumerateArray().Select(message => message.GetString()))}");
        }
    }

    /// <summary><c>records[3].number</c> as line and field.</summary>
    private static (string Where, string Field) Place(string name, RecordRow[] batch) =>
        name.Split('[', ']') is [_, var digits, var field] && int.TryParse(digits, System.Globalization.CultureInfo.InvariantCulture, out int index) && index < batch.Length
            ? ($"line {batch[index].Line}", field.Length == 0 ? "" : ", " + field.TrimStart('.'))
            : ($"lines {batch[0].Line} to {batch[^1].Line}", ", " + name);
}

using System.CommandLine;
using Correction.Cli;

var root = new RootCommand("Brings recorded tracks and invented devices to a Correction server.")
{
    new Command("import", "Brings what was recorded elsewhere.") { GpxImport.Command() },
    Simulation.Command(),
};
ParseResult given = root.Parse(args);
int code = await given.InvokeAsync();
return given.Errors.Count > 0 ? (int)ExitCode.Unusable : code;

using System.CommandLine;
using Correction.Cli;

var import = new Command("import", "Brings what was recorded elsewhere.") { GpxImport.Command() };
foreach (Command register in RecordImport.Commands())
{
    import.Add(register);
}

var root = new RootCommand("Brings recorded tracks, registers of work and invented devices to a Correction server, and verifies its ledger.")
{
    import,
    WorkReportCommand.Command(),
    RebuildCommand.Command(),
    Simulation.Command(),
    VerifyCommand.Command(),
    LedgerKeyCommand.Command(),
};
ParseResult given = root.Parse(args);
int code = await given.InvokeAsync();
return given.Errors.Count > 0 ? (int)ExitCode.Unusable : code;

using System.CommandLine;
using Correction.Cli;

var root = new RootCommand("Brings recorded tracks and invented devices to a Correction server.")
{
    new Command("import", "Brings what was recorded elsewhere.") { GpxImport.Command() },
    Simulation.Command(),
};
return await root.Parse(args).InvokeAsync();

using System.CommandLine;

namespace Correction.Cli;

/// <summary>How a command finds the server and who it says it is.</summary>
/// <param name="user">The account that the command is meant for.</param>
internal sealed class ServerOptions(string user = "officer")
{
    private const string PasswordVariable = "CORRECTION_PASSWORD";

    private readonly Option<Uri> _server = Address("--server", "http://localhost:5080", "The server's address.");
    private readonly Option<string> _user = new("--user") { Description = "The account to log in with.", DefaultValueFactory = _ => user };
    private readonly Option<string?> _password = new("--password") { Description = $"Its password; better given in {PasswordVariable}, which no process list shows." };

    public static Option<Uri> Address(string name, string standard, string description) => new(name)
    {
        Description = description,
        DefaultValueFactory = _ => new Uri(standard),
        CustomParser = result =>
        {
            string text = result.Tokens[0].Value;
            if (Uri.TryCreate(text, UriKind.Absolute, out Uri? address) && address.Scheme is "http" or "https")
            {
                return new Uri(text.EndsWith('/') ? text : text + "/");
            }

            result.AddError($"{name}: give an address such as {standard}.");
            return null;
        },
    };

    public void AddTo(Command command)
    {
        command.Options.Add(_server);
        command.Options.Add(_user);
        command.Options.Add(_password);
    }

    /// <exception cref="CommandFailureException">No password is given, or the server does not let this account in.</exception>
    public async Task<ApiClient> LogInAsync(ParseResult given, HttpClient http, CancellationToken cancellation)
    {
        string password = given.GetValue(_password) ?? Environment.GetEnvironmentVariable(PasswordVariable)
            ?? throw new CommandFailureException(ExitCode.Denied, $"Give the password in {PasswordVariable} or with --password.");
        var api = new ApiClient(http, given.GetValue(_server)!);
        await api.LogInAsync(given.GetValue(_user)!, password, cancellation);
        return api;
    }
}

using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;

namespace Correction.Cli;

/// <summary>The few calls of the server's API that these commands need. Every failure is told as one sentence with its way out.</summary>
public sealed class ApiClient(HttpClient http, Uri server)
{
    private const int Retries = 5;
    private static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(2);

    /// <summary>Logs in and keeps the token for the calls that follow.</summary>
    public async Task LogInAsync(string user, string password, CancellationToken cancellation)
    {
        using HttpResponseMessage answer = await PostAsync("api/v1/auth/login", new { userName = user, password }, cancellation);
        if (answer.StatusCode is HttpStatusCode.Unauthorized or HttpStatusCode.TooManyRequests or HttpStatusCode.BadRequest)
        {
            throw new CommandFailureException(ExitCode.Denied, $"{user} cannot log in at {server}: {await DetailAsync(answer, cancellation)}");
        }

        JsonElement token = await ReadAsync(answer, cancellation);
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token.GetProperty("accessToken").GetString());
    }

    /// <summary>Registers a subject and returns its id.</summary>
    /// <param name="key">Repeating the registration under the same key gives the subject of the first time.</param>
    public async Task<string> RegisterAsync(object registration, string key, CancellationToken cancellation)
    {
        using HttpResponseMessage answer = await PostAsync("api/v1/subjects", registration, cancellation, key);
        return (await ReadAsync(answer, cancellation)).GetProperty("id").GetString()!;
    }

    /// <summary>
    /// Binds a phone; one that is bound to this subject already, in whatever way, stays so. Somebody else's device is
    /// refused: its fixes would become the track of another person.
    /// </summary>
    public async Task BindPhoneAsync(string subject, string device, string protocol, CancellationToken cancellation)
    {
        using HttpResponseMessage answer = await PostAsync(
            $"api/v1/subjects/{Uri.EscapeDataString(subject)}/devices", new { deviceId = device, protocol, kind = "phone" }, cancellation);
        switch (answer.StatusCode)
        {
            case HttpStatusCode.Conflict when (await ReadProblemAsync(answer, cancellation)).Code == "deviceBound":
                return;
            case HttpStatusCode.NotFound:
                throw new CommandFailureException(ExitCode.Unusable, $"There is no subject {subject} that this account may see.");
            default:
                await ReadAsync(answer, cancellation);
                return;
        }
    }

    /// <summary>Imposes a zone on a subject.</summary>
    /// <param name="key">Repeating it under the same key imposes no second one.</param>
    public async Task ImposeZoneAsync(string subject, object zone, string key, CancellationToken cancellation)
    {
        using HttpResponseMessage answer = await PostAsync($"api/v1/subjects/{Uri.EscapeDataString(subject)}/zones", zone, cancellation, key);
        await ReadAsync(answer, cancellation);
    }

    /// <summary>A list that belongs to a subject, such as <c>zones</c> or <c>events</c>.</summary>
    public async Task<IReadOnlyList<JsonElement>> ListAsync(string subject, string what, CancellationToken cancellation)
    {
        return [.. (await GetAsync($"api/v1/subjects/{Uri.EscapeDataString(subject)}/{what}", cancellation)).EnumerateArray()];
    }

    public async Task<JsonElement> GetAsync(string path, CancellationToken cancellation)
    {
        try
        {
            using HttpResponseMessage answer = await http.GetAsync(new Uri(server, path), cancellation);
            return await ReadAsync(answer, cancellation);
        }
        catch (HttpRequestException failure)
        {
            throw Silent(failure);
        }
    }

    /// <summary>What is served, as it comes; null where there is no such thing.</summary>
    public async Task<Stream?> OpenAsync(string path, CancellationToken cancellation)
    {
        try
        {
            HttpResponseMessage answer = await http.GetAsync(new Uri(server, path), HttpCompletionOption.ResponseHeadersRead, cancellation);
            if (answer.IsSuccessStatusCode)
            {
                return await answer.Content.ReadAsStreamAsync(cancellation);
            }

            using (answer)
            {
                return answer.StatusCode == HttpStatusCode.NotFound ? null : throw await FailureAsync(answer, cancellation);
            }
        }
        catch (HttpRequestException failure)
        {
            throw Silent(failure);
        }
    }

    /// <summary>
    /// The answer, or the problem details where the server refused what was sent. A server that does not answer, or has no
    /// room, is asked again a few times: only for commands that may be repeated.
    /// </summary>
    public async Task<JsonElement> TryPostAsync(string path, object body, CancellationToken cancellation)
    {
        for (int left = Retries; ; left--)
        {
            try
            {
                using HttpResponseMessage answer = await PostAsync(path, body, cancellation);
                if (answer.StatusCode != HttpStatusCode.ServiceUnavailable || left == 0)
                {
                    return answer.StatusCode is HttpStatusCode.BadRequest or HttpStatusCode.Conflict or HttpStatusCode.UnprocessableEntity
                        ? await answer.Content.ReadFromJsonAsync<JsonElement>(cancellation)
                        : await ReadAsync(answer, cancellation);
                }
            }
            catch (CommandFailureException failure) when (failure.Code == ExitCode.Unreachable && left > 0)
            {
                await Console.Error.WriteLineAsync($"{failure.Message} Trying again.");
            }

            await Task.Delay(RetryAfter, cancellation);
        }
    }

    private async Task<HttpResponseMessage> PostAsync(string path, object body, CancellationToken cancellation, string? key = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(server, path)) { Content = JsonContent.Create(body) };
        if (key is not null)
        {
            request.Headers.Add("Idempotency-Key", key);
        }

        try
        {
            return await http.SendAsync(request, cancellation);
        }
        catch (HttpRequestException failure)
        {
            throw Silent(failure);
        }
    }

    private CommandFailureException Silent(HttpRequestException failure) =>
        new(ExitCode.Unreachable, $"{server} does not answer ({failure.Message}). Is the server running? See --server.");

    private static async Task<JsonElement> ReadAsync(HttpResponseMessage answer, CancellationToken cancellation) =>
        answer.IsSuccessStatusCode ? await answer.Content.ReadFromJsonAsync<JsonElement>(cancellation) : throw await FailureAsync(answer, cancellation);

    private static async Task<CommandFailureException> FailureAsync(HttpResponseMessage answer, CancellationToken cancellation) => answer.StatusCode switch
    {
        HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden => new(ExitCode.Denied, await DetailAsync(answer, cancellation)),
        HttpStatusCode.ServiceUnavailable => new(ExitCode.Unreachable, await DetailAsync(answer, cancellation)),
        _ => new(ExitCode.Refused, $"{(int)answer.StatusCode}: {await DetailAsync(answer, cancellation)}"),
    };

    private static async Task<string> DetailAsync(HttpResponseMessage answer, CancellationToken cancellation) =>
        (await ReadProblemAsync(answer, cancellation)).Detail;

    /// <summary>What the problem details say; the status where there are none.</summary>
    private static async Task<(string? Code, string Detail)> ReadProblemAsync(HttpResponseMessage answer, CancellationToken cancellation)
    {
        if (answer.Content.Headers.ContentType?.MediaType?.Contains("json", StringComparison.Ordinal) != true)
        {
            return (null, $"the server answered {(int)answer.StatusCode}.");
        }

        await answer.Content.LoadIntoBufferAsync(cancellation); // it may be read a second time
        JsonElement problem = await answer.Content.ReadFromJsonAsync<JsonElement>(cancellation);
        string detail = Text(problem, "detail") ?? string.Empty;
        return (Text(problem, "code"), problem.TryGetProperty("errors", out JsonElement errors) ? $"{detail} {errors.GetRawText()}" : detail);
    }

    private static string? Text(JsonElement problem, string name) => problem.TryGetProperty(name, out JsonElement text) ? text.GetString() : null;
}

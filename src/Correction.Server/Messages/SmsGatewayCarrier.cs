using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Correction.Domain.Messages;
using NodaTime;

namespace Correction.Server.Messages;

/// <param name="Key">Shared with the gateway: what is sent is signed with it.</param>
internal sealed record SmsOptions(Uri Url, string Key);

/// <summary>
/// Sends by SMS, through a gateway that speaks the port of <c>docs/sms-gateway.md</c>: one signed HTTP request per message.
/// Providers differ; the office puts a small program of its own between.
/// </summary>
internal sealed partial class SmsGatewayCarrier(SmsOptions options, IClock clock) : IMessageCarrier, IDisposable
{
    private const int LongestAnswer = 4096;

    /// <summary>A redirect would take the number to another server.</summary>
    private readonly HttpClient _http = new(new SocketsHttpHandler { AllowAutoRedirect = false, PooledConnectionLifetime = TimeSpan.FromMinutes(5) })
    {
        Timeout = TimeSpan.FromSeconds(30),
        MaxResponseContentBufferSize = LongestAnswer,
    };

    public MessageWay Way => MessageWay.Sms;

    public async Task<CarrierAnswer> SendAsync(Letter letter, CancellationToken cancellation)
    {
        try
        {
            using HttpRequestMessage request = Write(letter);
            using HttpResponseMessage answer = await _http.SendAsync(request, cancellation);
            return await JudgeAsync(answer, cancellation);
        }
        catch (HttpRequestException)
        {
            return new CarrierAnswer.NotNow("noConnection");
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            return new CarrierAnswer.NotNow("timeout");
        }
    }

    public void Dispose() => _http.Dispose();

    /// <summary>HMAC-SHA256 over time, full stop and body, in lower-case hex.</summary>
    internal static string Sign(string key, string timestamp, byte[] body) =>
        Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(key), (byte[])[.. Encoding.UTF8.GetBytes(timestamp + "."), .. body]));

    private HttpRequestMessage Write(Letter letter)
    {
        byte[] body = JsonSerializer.SerializeToUtf8Bytes(new { id = letter.Id.ToString(), to = letter.To, text = letter.Text }, JsonSerializerOptions.Web);
        string timestamp = clock.GetCurrentInstant().ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
        return new HttpRequestMessage(HttpMethod.Post, options.Url)
        {
            Content = new ByteArrayContent(body) { Headers = { ContentType = new("application/json") } },
            Headers = { { "Idempotency-Key", letter.Id.ToString() }, { "X-Correction-Timestamp", timestamp }, { "X-Correction-Signature", "v1=" + Sign(options.Key, timestamp, body) } },
        };
    }

    /// <summary>Only these four are about the number or the text; all else may pass.</summary>
    private static async Task<CarrierAnswer> JudgeAsync(HttpResponseMessage answer, CancellationToken cancellation)
    {
        if (answer.IsSuccessStatusCode)
        {
            return new CarrierAnswer.Taken();
        }

        string status = ((int)answer.StatusCode).ToString(CultureInfo.InvariantCulture);
        string codes = Code(await answer.Content.ReadAsStringAsync(cancellation)) is { } code ? $"{status} {code}" : status;
        return answer.StatusCode is HttpStatusCode.BadRequest or HttpStatusCode.NotFound or HttpStatusCode.Gone or HttpStatusCode.UnprocessableEntity
            ? new CarrierAnswer.Refused(codes)
            : new CarrierAnswer.NotNow(codes);
    }

    /// <summary>The answer's <c>code</c> where it has one that names no number.</summary>
    private static string? Code(string body)
    {
        try
        {
            using JsonDocument answer = JsonDocument.Parse(body);
            return answer.RootElement.ValueKind == JsonValueKind.Object && answer.RootElement.TryGetProperty("code", out JsonElement code) && code.ValueKind == JsonValueKind.String
                && code.GetString() is { } given && CodeForm().IsMatch(given) ? given : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>At most four digits in a row: no phone number passes.</summary>
    [GeneratedRegex(@"^(?!.*\d{5})[A-Za-z0-9._-]{1,40}$")]
    private static partial Regex CodeForm();
}

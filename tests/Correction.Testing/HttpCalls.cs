using System.Net.Http.Json;
using System.Text.Json;
using Xunit;

namespace Correction.Testing;

public static class HttpCalls
{
    public static Task<JsonElement> GetJsonAsync(this HttpClient http, string path) =>
        http.GetFromJsonAsync<JsonElement>(path, TestContext.Current.CancellationToken);
}

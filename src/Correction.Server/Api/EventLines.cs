using System.Text.Json;
using Correction.Store.Reading;
using Microsoft.Extensions.Options;

namespace Correction.Server.Api;

/// <summary>An event as a line of newline-delimited JSON: always the same bytes for the same event.</summary>
internal sealed class EventLines(IOptions<Microsoft.AspNetCore.Http.Json.JsonOptions> json)
{
    /// <summary>Without the line feed that ends it.</summary>
    public string Of(RecordedEvent happened) => JsonSerializer.Serialize(SubjectDirectory.Write(happened), json.Value.SerializerOptions);
}

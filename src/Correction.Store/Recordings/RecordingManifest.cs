using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text.Json;
using NodaTime;
using NodaTime.Serialization.SystemTextJson;

namespace Correction.Store.Recordings;

/// <summary>What a sealed recording consists of. The SHA-256 of its text stands in the visit's stream: it proves every file.</summary>
/// <param name="Parts">In the order in which they began.</param>
public sealed record RecordingManifest(Guid Visit, Instant SealedAt, ImmutableArray<RecordingPart> Parts)
{
    private static readonly JsonSerializerOptions Json =
        new JsonSerializerOptions(JsonSerializerDefaults.Web) { WriteIndented = true }.ConfigureForNodaTime(DateTimeZoneProviders.Tzdb);

    public byte[] Write() => JsonSerializer.SerializeToUtf8Bytes(this, Json);

    public static RecordingManifest Read(ReadOnlySpan<byte> text) =>
        JsonSerializer.Deserialize<RecordingManifest>(text, Json) ?? throw new InvalidDataException("The manifest is empty.");
}

/// <param name="File">Its name in the visit's folder.</param>
/// <param name="Party">Whose picture and sound; as the media server named the file where it recorded.</param>
/// <param name="Bytes">Length of the file.</param>
/// <param name="From">When its first bytes were received; of a media server's file, when it was begun.</param>
/// <param name="To">When its last were.</param>
/// <param name="Chain">The last link over its chunks (<see cref="HashChain"/>), hex; null where a media server recorded.</param>
/// <param name="Chunks">Its chunks in order.</param>
public sealed record RecordingPart(
    string File, string Party, long Bytes, string Sha256, Instant From, Instant To, string? Segment = null, string? Chain = null, ImmutableArray<SealedChunk> Chunks = default)
{
    public ImmutableArray<SealedChunk> Chunks { get; init; } = Chunks.IsDefault ? [] : Chunks;
}

public sealed record SealedChunk(int Bytes, string Sha256, Instant ReceivedAt);

/// <summary>A sealed recording with the hash that is its proof.</summary>
/// <param name="Sha256">Of the manifest's text, hex.</param>
public sealed record StoredRecording(RecordingManifest Manifest, string Sha256, long Bytes)
{
    /// <param name="text">The manifest's.</param>
    public static StoredRecording Of(byte[] text)
    {
        RecordingManifest manifest = RecordingManifest.Read(text);
        return new StoredRecording(manifest, Convert.ToHexStringLower(SHA256.HashData(text)), manifest.Parts.Sum(part => part.Bytes));
    }
}

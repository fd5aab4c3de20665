using System.Text.Json;
using Correction.Grains.Boards;
using MessagePack;
using MessagePack.Formatters;
using MessagePack.Resolvers;
using Microsoft.AspNetCore.SignalR;
using Microsoft.AspNetCore.SignalR.Protocol;

namespace Correction.Server.Live;

/// <summary>One message of the live protocol, written out once for each hub protocol and shared by all who receive it.</summary>
/// <param name="Sequence">Where a client stands once it has it.</param>
internal sealed record BoardMessage(long Sequence, SerializedHubMessage Content)
{
    public static BoardMessage Of(string board, BoardSnapshot snapshot) =>
        Of(snapshot.Sequence, "snapshot", board, snapshot.Sequence, new { snapshot.Subjects, snapshot.Visits, snapshot.Alerts, snapshot.Children });

    public static BoardMessage Of(string board, BoardDelta delta) =>
        Of(delta.ToSequence, "delta", board, delta.FromSequence, delta.ToSequence, new { delta.Moved, delta.Subjects, delta.Visits, delta.Alerts, delta.Children });

    private static BoardMessage Of(long sequence, string target, params object[] arguments)
    {
        arguments[^1] = JsonSerializer.SerializeToElement(arguments[^1], JsonSerializerOptions.Web); // one form, whatever the hub protocol
        return new(sequence, new SerializedHubMessage(new InvocationMessage(target, arguments)));
    }
}

/// <summary>Says in MessagePack what stands in JSON, field by field: both protocols speak the contract's names.</summary>
internal sealed class JsonInMessagePack : IMessagePackFormatter<JsonElement>
{
    /// <summary>SignalR's own options, and this beside them.</summary>
    public static MessagePackSerializerOptions Options { get; } = MessagePackSerializerOptions.Standard
        .WithResolver(CompositeResolver.Create([new JsonInMessagePack()], [ContractlessStandardResolver.Instance]))
        .WithSecurity(MessagePackSecurity.UntrustedData);

    public void Serialize(ref MessagePackWriter writer, JsonElement value, MessagePackSerializerOptions options) =>
        writer.WriteRaw(MessagePackSerializer.ConvertFromJson(value.GetRawText()));

    public JsonElement Deserialize(ref MessagePackReader reader, MessagePackSerializerOptions options) => throw new NotSupportedException("Clients send no JSON.");
}

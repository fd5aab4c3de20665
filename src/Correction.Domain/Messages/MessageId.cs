using System.Text.Json.Serialization;

namespace Correction.Domain.Messages;

/// <summary>One message to a family.</summary>
[JsonConverter(typeof(MessageIdConverter))]
public readonly record struct MessageId(Guid Value)
{
    public override string ToString() => Identifier.Format(Value);

    public static bool TryParse(string? text, out MessageId id) => Identifier.TryParse(text, value => new MessageId(value), out id);
}

internal sealed class MessageIdConverter() : IdentifierConverter<MessageId>(value => new MessageId(value), id => id.Value);

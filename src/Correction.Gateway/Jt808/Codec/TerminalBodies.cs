using System.Buffers.Binary;

namespace Correction.Gateway.Jt808.Codec;

/// <summary>
/// Body of 0x0100. The fields grew with the editions: maker 5 bytes, model 8 (2011) or 20 (2013), terminal id 7; in 2019
/// maker 11, model 30, id 30. The plate number that follows is not read: it says nothing about a person under correction.
/// </summary>
public sealed record RegistrationBody(ushort Province, ushort City, string Maker, string Model, string TerminalId)
{
    private const int Colour = 1;

    public static RegistrationBody? Read(ReadOnlySpan<byte> body, bool edition2019)
    {
        (int maker, int model, int id) = edition2019 ? (11, 30, 30)
            : body.Length >= 4 + 5 + 20 + 7 + Colour ? (5, 20, 7)
            : (5, 8, 7);
        if (body.Length < 4 + maker + model + id)
        {
            return null;
        }

        ReadOnlySpan<byte> text = body[4..];
        return new RegistrationBody(
            BinaryPrimitives.ReadUInt16BigEndian(body),
            BinaryPrimitives.ReadUInt16BigEndian(body[2..]),
            Gbk.Text(text[..maker]),
            Gbk.Text(text.Slice(maker, model)),
            Gbk.Text(text.Slice(maker + model, id)));
    }
}

/// <summary>Body of 0x0102: the code alone (2013), or its length, the code, the IMEI and the software version (2019).</summary>
public sealed record AuthenticationBody(string Code, string? Imei)
{
    private const int ImeiBytes = 15;

    public static AuthenticationBody? Read(ReadOnlySpan<byte> body, bool edition2019)
    {
        if (!edition2019)
        {
            return body.IsEmpty ? null : new AuthenticationBody(Gbk.Text(body), null);
        }

        if (body.IsEmpty || body.Length < 1 + body[0] + ImeiBytes)
        {
            return null;
        }

        return new AuthenticationBody(Gbk.Text(body.Slice(1, body[0])), Gbk.Text(body.Slice(1 + body[0], ImeiBytes)));
    }
}

/// <summary>Body of 0x0001: which of our messages the terminal answers, and how.</summary>
public readonly record struct TerminalAnswer(ushort Serial, ushort Id, AnswerResult Result)
{
    public static bool TryRead(ReadOnlySpan<byte> body, out TerminalAnswer answer)
    {
        answer = body.Length < 5
            ? default
            : new(BinaryPrimitives.ReadUInt16BigEndian(body), BinaryPrimitives.ReadUInt16BigEndian(body[2..]), (AnswerResult)body[4]);
        return body.Length >= 5;
    }
}

/// <summary>Results of the general answers 0x0001 and 0x8001.</summary>
public enum AnswerResult : byte
{
    /// <summary>From us: it is durable.</summary>
    Success = 0,
    Failure = 1,

    /// <summary>The message's content is wrong: sending it again is of no use.</summary>
    Wrong = 2,
    Unsupported = 3,
}

/// <summary>Results of 0x8100.</summary>
public enum RegistrationResult : byte
{
    Success = 0,
    VehicleRegistered = 1,
    VehicleUnknown = 2,
    TerminalRegistered = 3,
    TerminalUnknown = 4,
}

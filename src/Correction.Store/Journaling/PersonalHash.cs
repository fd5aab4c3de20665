using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Correction.Store.Journaling;

/// <summary>
/// Salted SHA-256 of a personal row or of a sealed part of a track, lower-case hex, over the salt and the body as it is stored. The salt dies with the
/// row, so that a hash left in an event cannot be matched against guessed names.
/// </summary>
public static class PersonalHash
{
    public static string Of(byte[] salt, JsonElement body) => Of(salt, Encoding.UTF8.GetBytes(body.GetRawText()));

    public static string Of(byte[] salt, byte[] body) => Convert.ToHexStringLower(SHA256.HashData([.. salt, .. body]));
}

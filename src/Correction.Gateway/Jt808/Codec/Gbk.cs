using System.Text;

namespace Correction.Gateway.Jt808.Codec;

/// <summary>Text of the protocol: GB 18030, of which GBK is a part.</summary>
public static class Gbk
{
    private static readonly Encoding Characters = CodePagesEncodingProvider.Instance.GetEncoding("GB18030")!;

    public static byte[] Bytes(string text) => Characters.GetBytes(text);

    /// <summary>The text up to a terminating zero, without control characters and without spaces round it.</summary>
    public static string Text(ReadOnlySpan<byte> bytes)
    {
        int end = bytes.IndexOf((byte)0);
        string text = Characters.GetString(end < 0 ? bytes : bytes[..end]);
        return string.Concat(text.Where(character => !char.IsControl(character))).Trim();
    }
}

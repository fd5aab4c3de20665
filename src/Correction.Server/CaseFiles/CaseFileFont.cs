using SkiaSharp;

namespace Correction.Server.CaseFiles;

/// <summary>
/// The typeface of case files: one with Chinese glyphs, embedded into each file as far as it is used. Section
/// <c>CaseFiles</c> of the configuration: <c>Font</c> is the path of a TrueType or OpenType file, <c>FontIndex</c> the face
/// in a collection.
/// </summary>
public sealed class CaseFileFont
{
    /// <summary>Where systems keep theirs, and which face of the collection has the forms of mainland China.</summary>
    private static readonly (string Path, int Index)[] Usual =
    [
        ("/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc", 2),
        ("/usr/share/fonts/google-noto-cjk/NotoSansCJK-Regular.ttc", 2),
        ("/usr/share/fonts/truetype/wqy/wqy-zenhei.ttc", 0),
        (@"C:\Windows\Fonts\msyh.ttc", 0),
        ("/System/Library/Fonts/PingFang.ttc", 0),
    ];

    private readonly Lazy<SKTypeface?> _face;

    public CaseFileFont(IConfiguration configuration) => _face = new(() => configuration["CaseFiles:Font"] is { Length: > 0 } path
        ? SKTypeface.FromFile(path, configuration.GetValue("CaseFiles:FontIndex", 0))
        : Usual.Where(font => File.Exists(font.Path)).Select(font => SKTypeface.FromFile(font.Path, font.Index)).FirstOrDefault(face => face is not null));

    /// <summary>Null: this machine has none.</summary>
    public SKTypeface? Face => _face.Value;
}

using System.Globalization;
using System.Text;
using SkiaSharp;

namespace Correction.Server.CaseFiles;

/// <summary>
/// Text and pictures that flow from page to page of a PDF (A4, PDF/A-2b, lengths in points). Lines break between Chinese
/// characters and at blanks. Not safe for concurrent use.
/// </summary>
internal sealed class PdfPages : IDisposable
{
    private const float Width = 595, Height = 842, Margin = 50, Foot = 30;
    private const float Leading = 1.45f;

    private readonly SKDocument _document;
    private readonly SKTypeface _face;
    private readonly string _title;
    private SKCanvas? _page;
    private float _y;
    private int _number;

    /// <param name="madeAt">Creation date of the document.</param>
    public PdfPages(Stream stream, SKTypeface face, string title, DateTime madeAt)
    {
        (_face, _title) = (face, title);
        _document = SKDocument.CreatePdf(stream, new SKDocumentPdfMetadata { Title = title, Creator = "Correction", Creation = madeAt, PdfA = true })
            ?? throw new InvalidOperationException("The PDF cannot be begun.");
        Turn();
    }

    private static float Column => Width - (2 * Margin);

    public void Title(string text) => Write(text, 20, SKColors.Black, after: 8);

    /// <param name="follows">Room for what must stand on the same page.</param>
    public void Heading(string text, float follows = 40)
    {
        _y += 10;
        Keep(20 + follows);
        Write(text, 13, new SKColor(0x14, 0x3f, 0x6b), after: 3);
    }

    public void Text(string text) => Write(text, 9.5f, SKColors.Black);

    public void Small(string text) => Write(text, 7.5f, new SKColor(0x44, 0x4f, 0x5c));

    public void Gap() => _y += 5;

    /// <summary>A name and what it says, side by side.</summary>
    public void Fact(string name, string value)
    {
        const float Names = 110;
        Keep(14);
        float top = _y;
        Write(name, 9.5f, new SKColor(0x44, 0x4f, 0x5c), width: Names - 8);
        float below = _y;
        _y = top;
        Write(value, 9.5f, SKColors.Black, left: Names, width: Column - Names);
        _y = Math.Max(_y, below);
    }

    /// <summary>A picture over the whole width, on one page.</summary>
    public void Picture(float height, Action<SKCanvas, SKRect> draw)
    {
        Keep(height);
        _page!.Save();
        var frame = SKRect.Create(Margin, _y, Column, height);
        _page.ClipRect(frame);
        draw(_page, frame);
        _page.Restore();
        _y += height + 4;
    }

    /// <summary>Must be called last: what is not closed is no PDF.</summary>
    public void Close()
    {
        EndPage();
        _document.Close();
    }

    public void Dispose() => _document.Dispose();

    private void Write(string text, float size, SKColor color, float left = 0, float? width = null, float after = 0)
    {
        using var font = new SKFont(_face, size) { Subpixel = true };
        using var paint = new SKPaint { Color = color, IsAntialias = true };
        foreach (string line in Lines(text, font, width ?? Column))
        {
            Keep(size * Leading);
            Draw(_page!, line, Margin + left, _y + size, font, paint);
            _y += size * Leading;
        }

        _y += after;
    }

    /// <summary>
    /// With the characters beside the glyphs: one glyph serves both 人 and the radical ⼈, and who copies or searches must
    /// find what was written.
    /// </summary>
    private static void Draw(SKCanvas page, string line, float x, float y, SKFont font, SKPaint paint)
    {
        ushort[] glyphs = font.GetGlyphs(line);
        if (glyphs.Length == 0)
        {
            return;
        }

        byte[] text = Encoding.UTF8.GetBytes(line);
        var begins = new List<uint>(glyphs.Length);
        uint at = 0;
        foreach (Rune character in line.EnumerateRunes())
        {
            begins.Add(at);
            at += (uint)character.Utf8SequenceLength;
        }

        using var builder = new SKTextBlobBuilder();
        SKTextRunBuffer run = builder.AllocateTextRun(font, glyphs.Length, 0, 0, text.Length);
        run.SetGlyphs(glyphs);
        run.SetText(text);
        run.SetClusters([.. begins]);
        using SKTextBlob blob = builder.Build() ?? throw new InvalidOperationException("A line without glyphs.");
        page.DrawText(blob, x, y, paint);
    }

    private static IEnumerable<string> Lines(string text, SKFont font, float width)
    {
        foreach (string paragraph in text.Split('\n'))
        {
            string rest = paragraph;
            while (rest.Length > 0)
            {
                int fits = Math.Max(1, font.BreakText(rest, width));
                if (fits < rest.Length && char.IsAsciiLetterOrDigit(rest[fits]) && rest.LastIndexOf(' ', fits - 1) is > 0 and int blank)
                {
                    fits = blank + 1;
                }

                fits -= fits < rest.Length && fits > 1 && char.IsHighSurrogate(rest[fits - 1]) ? 1 : 0;
                yield return rest[..fits].TrimEnd();
                rest = rest[fits..];
            }
        }
    }

    private void Keep(float height)
    {
        if (_y + height > Height - Margin - Foot)
        {
            Turn();
        }
    }

    private void Turn()
    {
        EndPage();
        _page = _document.BeginPage(Width, Height);
        (_y, _number) = (Margin, _number + 1);
    }

    private void EndPage()
    {
        if (_page is null)
        {
            return;
        }

        using var font = new SKFont(_face, 7.5f);
        using var paint = new SKPaint { Color = new SKColor(0x44, 0x4f, 0x5c), IsAntialias = true };
        Draw(_page, _title, Margin, Height - Foot, font, paint);
        _page.DrawText(_number.ToString(CultureInfo.InvariantCulture), Width - Margin, Height - Foot, SKTextAlign.Right, font, paint);
        _document.EndPage();
        _page = null;
    }
}

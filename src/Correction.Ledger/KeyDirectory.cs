using System.Globalization;
using System.Text;

namespace Correction.Ledger;

/// <summary>A log's private keys as files (<c>*.key</c>) that nobody but their owner reads. Every key of the directory signs.</summary>
public sealed class KeyDirectory(string path)
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <exception cref="FormatException">A file holds no private key.</exception>
    public IEnumerable<SignerKey> Read() => Directory.Exists(path)
        ? Directory.EnumerateFiles(path, "*.key").Order(StringComparer.Ordinal).Select(file => SignerKey.Parse(File.ReadAllText(file)))
        : [];

    /// <summary>Makes a key as a file of its own: the first one, or the next in a rotation.</summary>
    /// <param name="origin">The log's name.</param>
    public SignerKey Make(string origin)
    {
        SignerKey key = SignerKey.Generate(origin);
        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(path);
        }
        else
        {
            Directory.CreateDirectory(path, OwnerOnly | UnixFileMode.UserExecute);
        }

        string file = Path.Combine(path, string.Create(CultureInfo.InvariantCulture, $"{key.Verifier.Id:x8}.key")), draft = file + ".new";
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = OwnerOnly;
        }

        using (FileStream stream = new(draft, options))
        {
            stream.Write(Encoding.UTF8.GetBytes(key.Export() + "\n"));
            stream.Flush(flushToDisk: true);
        }

        File.Move(draft, file); // nobody reads half a key
        return key;
    }
}

using Correction.Store;
using Marten;

namespace Correction.Domain.Tests;

/// <summary>Events as the store writes and reads them: its own serializer, not a copy of its settings.</summary>
internal static class StoredJson
{
    private static readonly ISerializer Serializer = Stored();

    public static string Of<TEvent>(TEvent happened)
        where TEvent : IDomainEvent => $"{EventRegistry.NameOf(happened)} {Serializer.ToCleanJson(happened)}";

    public static string Write(object value) => Serializer.ToCleanJson(value);

    public static object Read(Type type, string json)
    {
        using var stream = new MemoryStream(System.Text.Encoding.UTF8.GetBytes(json));
        return Serializer.FromJson(type, stream);
    }

    private static ISerializer Stored()
    {
        var options = new StoreOptions();
        MartenSetup.Configure(options, TimeProvider.System);
        return options.Serializer();
    }
}

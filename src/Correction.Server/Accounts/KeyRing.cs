using System.Xml.Linq;
using Marten;
using Microsoft.AspNetCore.DataProtection.Repositories;

namespace Correction.Server.Accounts;

/// <summary>One key of the ring that protects cookies and tokens.</summary>
public sealed record ProtectionKey(string Id, string Xml);

/// <summary>Keeps the ring in the database, so that every host reads what another has issued, also after a restart.</summary>
public sealed class KeyRing(IDocumentStore documents) : IXmlRepository
{
    public IReadOnlyCollection<XElement> GetAllElements()
    {
        using IQuerySession session = documents.QuerySession();
        return [.. session.Query<ProtectionKey>().ToListAsync().GetAwaiter().GetResult().Select(key => XElement.Parse(key.Xml))];
    }

    public void StoreElement(XElement element, string friendlyName)
    {
        using IDocumentSession session = documents.LightweightSession();
        session.Store(new ProtectionKey(friendlyName, element.ToString(SaveOptions.DisableFormatting)));
        session.SaveChangesAsync().GetAwaiter().GetResult(); // the interface is synchronous; called once in months
    }
}

using System.Collections.Immutable;
using Correction.Domain;
using Marten;

namespace Correction.Server.Accounts;

/// <summary>To whom an alert may be handed over.</summary>
internal sealed class AlertHandlers(IDocumentStore documents)
{
    /// <summary>Accounts in use whose role and jurisdiction let them handle an alert there, nearest jurisdiction first.</summary>
    public async Task<ImmutableArray<Account>> OfAsync(Jurisdiction jurisdiction, CancellationToken cancellation)
    {
        await using IQuerySession session = documents.QuerySession();
        IReadOnlyList<Account> accounts = await session.Query<Account>()
            .Where(account => !account.Disabled && (account.Role == Role.Officer || account.Role == Role.Approver)).ToListAsync(cancellation);
        return
        [
            .. accounts.Where(account => Jurisdiction.TryParse(account.Jurisdiction, out Jurisdiction own) && own.Covers(jurisdiction))
                .OrderByDescending(account => account.Jurisdiction.Length).ThenBy(account => account.UserName, StringComparer.Ordinal),
        ];
    }
}

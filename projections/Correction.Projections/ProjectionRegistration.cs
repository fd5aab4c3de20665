using Marten;

namespace Correction.Projections;

/// <summary>Every read model, with its lifecycle visible on its line.</summary>
public static class ProjectionRegistration
{
    public static void AddCorrectionProjections(this StoreOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
    }
}

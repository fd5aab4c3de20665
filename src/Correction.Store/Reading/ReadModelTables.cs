using Marten;

namespace Correction.Store.Reading;

/// <summary>Where a read model stands: a revision has a table of its own, <c>mt_doc_alertentry_3</c>.</summary>
internal static class ReadModelTables
{
    /// <summary>The qualified name of the table of the revision that this host folds.</summary>
    public static string TableOf<TModel>(this IDocumentStore documents) => documents.TableOf(typeof(TModel));

    public static string TableOf(this IDocumentStore documents, Type model) => documents.Options.FindOrResolveDocumentType(model).TableName.QualifiedName;
}

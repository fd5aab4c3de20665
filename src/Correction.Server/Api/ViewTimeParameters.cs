using Correction.Store.Reading;
using Microsoft.AspNetCore.Mvc;

namespace Correction.Server.Api;

/// <summary>The two times of a reading call: the only place where they are read.</summary>
/// <param name="AsOf">Only what had occurred by then.</param>
/// <param name="KnownAt">Only what was recorded by then.</param>
internal sealed record ViewTimeParameters([property: FromQuery(Name = "asOf")] string? AsOf, [property: FromQuery(Name = "knownAt")] string? KnownAt)
{
    /// <summary>Null where both can be taken; a problem that names each that cannot.</summary>
    public IResult? Read(out ViewTime when)
    {
        List<(string Field, string Message)> errors = [];
        when = new ViewTime(SubjectsApi.ReadTime("asOf", AsOf, errors), SubjectsApi.ReadTime("knownAt", KnownAt, errors));
        return errors.Count > 0 ? Problems.Malformed(errors) : null;
    }
}

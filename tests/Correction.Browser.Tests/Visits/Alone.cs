namespace Correction.Browser.Tests.Visits;

/// <summary>Tests that no other runs beside: they say how long after a cut the last media came, which the machine's other work would lengthen.</summary>
[CollectionDefinition(nameof(Alone), DisableParallelization = true)]
public sealed class Alone;

namespace Correction.Domain;

/// <summary>
/// Stands in an event for personal data that is stored apart (the forgettable-payload pattern): the row's id and the
/// salted SHA-256 of its content. The row may be erased; the event, and every proof over it, stays whole.
/// </summary>
public sealed record ForgettableRef(Guid Id, string Hash);

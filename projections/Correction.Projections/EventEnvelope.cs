using System.Collections.Immutable;
using System.Reflection;
using Correction.Domain;
using JasperFx.Events;

namespace Correction.Projections;

/// <summary>Our events in the form that Marten stores and projections fold; its headers are <see cref="EventHeaders"/>'.</summary>
public static class EventEnvelope
{
    private static readonly ImmutableDictionary<Type, Func<IDomainEvent, IEvent>> Wrap = Domain.EventRegistry.Names.Keys.ToImmutableDictionary(
        type => type,
        type => typeof(EventEnvelope).GetMethod(nameof(WrapAs), BindingFlags.NonPublic | BindingFlags.Static)!
            .MakeGenericMethod(type).CreateDelegate<Func<IDomainEvent, IEvent>>());

    /// <exception cref="KeyNotFoundException">The event has no wire name.</exception>
    public static IEvent Of(IDomainEvent data) => Wrap[data.GetType()](data);

    private static Event<T> WrapAs<T>(IDomainEvent data)
        where T : class, IDomainEvent => new Event<T>((T)data);
}

using System.Collections;
using System.Collections.Immutable;
using System.Reflection;
using System.Text.Json.Serialization;
using Correction.Domain.Location;
using FsCheck;
using FsCheck.Fluent;
using NodaTime;

namespace Correction.Domain.Tests.Properties;

/// <summary>
/// Arbitrary values of any type of the domain, made through its constructor, so that an event or command that is added
/// tomorrow takes part without a line here. Ids, devices and days come from small pools: then they meet.
/// </summary>
internal static class DomainValues
{
    private static readonly ImmutableDictionary<Type, Gen<object>> Leaves = new Dictionary<Type, Gen<object>>
    {
        [typeof(bool)] = Gen.Elements<object>(true, false),
        [typeof(int)] = Gen.Choose(0, 25).Select(value => (object)value),
        [typeof(long)] = Gen.Choose(0, 1_000).Select(value => (object)(long)value),
        [typeof(double)] = Gen.Choose(0, 3_000).Select(value => (object)(value / 3.0)),
        [typeof(string)] = Gen.Elements<object>("a", "b", "c"),
        [typeof(byte[])] = Gen.Constant<object>(new byte[] { 1, 2, 3 }),
        [typeof(Guid)] = Gen.Choose(1, 3).Select(number => (object)Cases.Guid(number)),
        [typeof(Instant)] = Gen.Choose(-200, 200).Select(minutes => (object)(Cases.Now + Duration.FromMinutes(minutes))),
        [typeof(Duration)] = Gen.Choose(1, 90).Select(minutes => (object)Duration.FromMinutes(minutes)),
        [typeof(LocalDate)] = Gen.Choose(-60, 60).Select(days => (object)Cases.Today.PlusDays(days)),
        [typeof(LocalTime)] = Gen.Choose(0, 47).Select(halves => (object)LocalTime.FromMinutesSinceMidnight(30 * halves)),
        [typeof(GeoPoint)] = Gen.Choose(0, 63).Select(place => (object)Cases.Center.Move(100 * (place % 8), 100 * (place / 8))),
        [typeof(Jurisdiction)] = Gen.Elements<object>(Jurisdiction.Parse("430981001"), Jurisdiction.Parse("430981002"), Jurisdiction.Parse("430981")),
    }.ToImmutableDictionary();

    /// <summary>The concrete types of a family of commands or events.</summary>
    public static ImmutableArray<Type> KindsOf<T>() =>
        [.. typeof(IDomainEvent).Assembly.GetTypes().Where(type => type.IsAssignableTo(typeof(T)) && type is { IsAbstract: false, IsInterface: false }).OrderBy(type => type.Name)];

    /// <summary>One of the family, each kind as likely as the others.</summary>
    public static Gen<T> Any<T>() => Gen.OneOf(KindsOf<T>().Select(kind => Of(kind).Select(value => (T)value)));

    /// <param name="name">Of the parameter it is for: where a text holds a code, the name tells which.</param>
    private static Gen<object> Of(Type type, string? name = null) =>
        (type, name) switch
        {
            (_, "Prison") when type == typeof(string) => Gen.Constant<object>("4301P1"),
            (_, "Jurisdiction") when type == typeof(string) => Gen.Elements<object>("430981001", "430981002"),
            _ when Leaves.TryGetValue(type, out Gen<object>? leaf) => leaf,
            _ when type.IsEnum => Gen.Elements(Enum.GetValues(type).Cast<object>()),
            _ when type.IsGenericType => Generic(type, type.GetGenericTypeDefinition(), type.GetGenericArguments()),
            _ when type.IsAbstract => Gen.OneOf(type.GetCustomAttributes<JsonDerivedTypeAttribute>().Select(derived => Of(derived.DerivedType))),
            _ => Construct(type),
        };

    private static Gen<object> Generic(Type type, Type definition, Type[] arguments) => definition switch
    {
        _ when definition == typeof(ImmutableArray<>) => Of(arguments[0]).ListOf(2).Select(items => Make(nameof(Array), arguments, items)),
        _ when definition == typeof(ImmutableDictionary<,>) => Gen.Zip(Of(arguments[0]), Of(arguments[1])).ListOf(2).Select(items => Make(nameof(Dictionary), arguments, items)),
        _ => throw new NotSupportedException($"Say here how to make a {type}."),
    };

    private static Gen<object> Construct(Type type)
    {
        ConstructorInfo constructor = type.GetConstructors().Where(made => made.GetParameters() is not [var only] || only.ParameterType != type).MaxBy(made => made.GetParameters().Length)
            ?? throw new NotSupportedException($"{type} has no public constructor.");
        var nullability = new NullabilityInfoContext();
        return constructor.GetParameters()
            .Select(parameter => Nullable.GetUnderlyingType(parameter.ParameterType) is { } inner ? Optional(Of(inner, parameter.Name))
                : nullability.Create(parameter).WriteState == NullabilityState.Nullable ? Optional(Of(parameter.ParameterType, parameter.Name))
                : Of(parameter.ParameterType, parameter.Name))
            .Aggregate(Gen.Constant(ImmutableList<object?>.Empty), (all, next) => from before in all from value in next select before.Add(value))
            .Select(values => constructor.Invoke([.. values]));
    }

    private static Gen<object> Optional(Gen<object> some) => Gen.OneOf(Gen.Constant<object>(null!), some, some, some);

    private static object Make(string method, Type[] arguments, IEnumerable items) =>
        typeof(DomainValues).GetMethod(method, BindingFlags.NonPublic | BindingFlags.Static)!.MakeGenericMethod(arguments).Invoke(null, [items])!;

    private static ImmutableArray<T> Array<T>(IEnumerable items) => [.. items.Cast<T>()];

    private static ImmutableDictionary<TKey, TValue> Dictionary<TKey, TValue>(IEnumerable items)
        where TKey : notnull =>
        items.Cast<ValueTuple<object, object>>().DistinctBy(pair => pair.Item1).ToImmutableDictionary(pair => (TKey)pair.Item1, pair => (TValue)pair.Item2);
}

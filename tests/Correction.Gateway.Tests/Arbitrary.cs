namespace Correction.Gateway.Tests;

/// <summary>JSON that is no message of any of our protocols.</summary>
public static class Arbitrary
{
    public static TheoryData<string> Json { get; } =
    [
        "null", "1", "\"text\"", "{}", "[[]]", "[null]", "{\"_type\":\"location\"}",
        "{\"_type\":\"location\",\"tid\":\"aa\",\"lat\":{},\"lon\":[],\"tst\":true}",
        "{\"_type\":\"location\",\"tid\":\"aa\",\"lat\":1e400,\"lon\":1,\"tst\":1}",
        "{\"_type\":\"location\",\"tid\":\"aa\",\"lat\":1,\"lon\":1,\"tst\":1e300}",
        "{\"device_id\":\"a\",\"location\":7}",
        "{\"device_id\":\"a\",\"location\":{\"coords\":{\"latitude\":\"x\",\"longitude\":null}}}",
        "{\"device_id\":\"a\",\"location\":{\"timestamp\":{},\"coords\":{\"latitude\":1,\"longitude\":2}}}",
    ];
}

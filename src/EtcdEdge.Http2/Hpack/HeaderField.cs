namespace EtcdEdge.Http2.Hpack;

/// <summary>One field of a header list. Those of a table are shared by all requests that refer to them, and cost these nothing.</summary>
public sealed class HeaderField(string name, string value)
{
    /// <summary>What RFC 7541 section 4.1 adds to the octets of a field.</summary>
    public const int Overhead = 32;

    public string Name { get; } = name;

    public string Value { get; } = value;

    /// <summary>Octets in a table of headers; strings hold one octet a character.</summary>
    public int Size => Name.Length + Value.Length + Overhead;

    /// <summary>What the server found behind the value when it first looked, for the field's next request.</summary>
    public object? Meaning { get; set; }
}

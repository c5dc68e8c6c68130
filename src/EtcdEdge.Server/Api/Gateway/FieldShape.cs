using System.Collections.Frozen;
using System.Text;
using Google.Protobuf.Reflection;

namespace EtcdEdge.Server.Api.Gateway;

/// <summary>One field, with everything about it that both directions need already in bytes.</summary>
internal sealed class FieldShape
{
    private FieldShape(FieldDescriptor field, FieldKind kind, int index)
    {
        Number = field.FieldNumber;
        Kind = kind;
        Index = index;
        IsRepeated = field.IsRepeated;
        JsonName = field.JsonName;
        ProtoName = field.Name;
        Key = Encoding.ASCII.GetBytes($"\"{field.Name}\":");
        Oneof = field.ContainingOneof?.FullName;
        if (kind == FieldKind.Enum)
        {
            EnumNumbers = field.EnumType.Values.ToFrozenDictionary(value => value.Name, value => value.Number, StringComparer.Ordinal);
            EnumNames = field.EnumType.Values.ToFrozenDictionary(value => value.Number, value => Encoding.ASCII.GetBytes($"\"{value.Name}\""));
        }
    }

    public int Number { get; }

    public FieldKind Kind { get; }

    /// <summary>Its position in the message, to detect duplicates.</summary>
    public int Index { get; }

    public bool IsRepeated { get; }

    /// <summary>"rangeEnd"; read, and named in errors.</summary>
    public string JsonName { get; }

    /// <summary>"range_end"; read and written.</summary>
    public string ProtoName { get; }

    /// <summary>The name as it is written, quotes and colon included.</summary>
    public byte[] Key { get; }

    /// <summary>The full name of the oneof it belongs to, or null.</summary>
    public string? Oneof { get; }

    /// <summary>The shape of a message field.</summary>
    public MessageShape? Message { get; set; }

    public FrozenDictionary<string, int>? EnumNumbers { get; }

    public FrozenDictionary<int, byte[]>? EnumNames { get; }

    /// <summary>As protobuf calls the type in errors.</summary>
    public string KindName => Kind.ToString().ToLowerInvariant();

    public static FieldShape Of(FieldDescriptor field, int index) => new(field, KindOf(field.FieldType), index);

    private static FieldKind KindOf(FieldType type) => type switch
    {
        FieldType.Bool => FieldKind.Bool,
        FieldType.Int32 => FieldKind.Int32,
        FieldType.UInt32 => FieldKind.UInt32,
        FieldType.Int64 => FieldKind.Int64,
        FieldType.UInt64 => FieldKind.UInt64,
        FieldType.String => FieldKind.String,
        FieldType.Bytes => FieldKind.Bytes,
        FieldType.Enum => FieldKind.Enum,
        FieldType.Message => FieldKind.Message,
        _ => throw new NotSupportedException($"etcd's messages have no fields of type {type}"),
    };
}

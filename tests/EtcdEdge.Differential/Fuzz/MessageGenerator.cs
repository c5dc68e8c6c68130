using System.Collections;
using Google.Protobuf;
using Google.Protobuf.Reflection;

namespace EtcdEdge.Differential.Fuzz;

/// <summary>Valid messages of any type, drawn field by field from its descriptor: what decodes everywhere, with values nobody would send.</summary>
internal sealed class MessageGenerator(Random random)
{
    private const int UsualDepth = 4;

    /// <summary>etcd's transactions may be nested; decoders have their limits about here.</summary>
    private const int HostileDepth = 130;

    public IMessage Next(MessageDescriptor type) => Next(type, random.Next(60) == 0 ? HostileDepth : UsualDepth);

    private IMessage Next(MessageDescriptor type, int depth)
    {
        var message = type.Parser.ParseFrom(ByteString.Empty);
        foreach (var field in Chosen(type, depth))
        {
            Fill(message, field, depth);
        }

        foreach (var choice in type.Oneofs.Where(_ => random.Next(20) > 0))
        {
            Fill(message, Choose(choice, depth), depth);
        }

        return message;
    }

    // Deep ones are one chain: a tree of that depth would be too large.
    private IEnumerable<FieldDescriptor> Chosen(MessageDescriptor type, int depth)
    {
        var fields = type.Fields.InDeclarationOrder().Where(field => field.ContainingOneof is null);
        return depth > UsualDepth && fields.Where(field => field.FieldType == FieldType.Message).ToArray() is { Length: > 0 } deeper
            ? [deeper[random.Next(deeper.Length)]]
            : fields.Where(_ => random.Next(5) > 1);
    }

    private FieldDescriptor Choose(OneofDescriptor choice, int depth) =>
        depth > UsualDepth && choice.Fields.FirstOrDefault(field => field.FieldType == FieldType.Message && field.Name == "request_txn") is { } deeper
            ? deeper
            : choice.Fields[random.Next(choice.Fields.Count)];

    private void Fill(IMessage message, FieldDescriptor field, int depth)
    {
        if (field.FieldType == FieldType.Message && depth == 0)
        {
            return;
        }

        if (!field.IsRepeated)
        {
            field.Accessor.SetValue(message, Value(field, depth - 1));
            return;
        }

        var list = (IList)field.Accessor.GetValue(message);
        for (var count = Count(depth); count > 0; count--)
        {
            list.Add(Value(field, depth - 1));
        }
    }

    private int Count(int depth) => depth > UsualDepth ? 1 : depth == UsualDepth && random.Next(200) == 0 ? random.Next(300) : random.Next(4);

    private object Value(FieldDescriptor field, int depth) => field.FieldType switch
    {
        FieldType.Message => Next(field.MessageType, depth),
        FieldType.Bytes => HostileValues.ByteString(random),
        FieldType.String => HostileValues.Text(random),
        FieldType.Bool => random.Next(2) == 0,
        FieldType.Enum => Enum.ToObject(field.EnumType.ClrType, random.Next(6) == 0 ? (int)HostileValues.Number(random) : random.Next(6)),
        FieldType.Int32 => (int)HostileValues.Number(random),
        FieldType.UInt32 => (uint)HostileValues.Number(random),
        FieldType.UInt64 => (ulong)HostileValues.Number(random),
        FieldType.Int64 => HostileValues.Number(random),
        _ => throw new NotSupportedException($"{field.FullName}: no etcd message has {field.FieldType}"),
    };
}

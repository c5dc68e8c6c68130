using Google.Protobuf;

namespace EtcdEdge.Differential.Fuzz;

/// <summary>
/// Changes a protobuf message field by field, at any depth, so that lengths stay right and a decoder sees every part: fields dropped, doubled, moved,
/// renumbered, of another wire type, with other values.
/// </summary>
internal static class WireMutation
{
    /// <summary>No change at all in four of ten; bytes as <see cref="Mutation"/> breaks them in one of twenty.</summary>
    public static byte[] Of(byte[] valid, Random random)
    {
        var kind = random.Next(20);
        return kind < 8 ? valid : kind == 8 ? Mutation.Of(valid, random) : Changed(valid, random, random.Next(1, 4));
    }

    private static byte[] Changed(byte[] message, Random random, int changes)
    {
        if (Fields(message) is not { } fields)
        {
            return Mutation.Of(message, random);
        }

        for (; changes > 0; changes--)
        {
            Change(fields, random);
        }

        using var output = new MemoryStream();
        using (var coded = new CodedOutputStream(output, leaveOpen: true))
        {
            foreach (var (tag, number, bytes) in fields)
            {
                Write(coded, tag, number, bytes);
            }
        }

        return output.ToArray();
    }

    private static void Change(List<(uint Tag, ulong Number, byte[] Bytes)> fields, Random random)
    {
        var at = fields.Count == 0 ? 0 : random.Next(fields.Count);
        switch (fields.Count == 0 ? 0 : random.Next(8))
        {
            case 0:
                fields.Insert(at, NewField(random));
                break;
            case 1:
                fields.RemoveAt(at);
                break;
            case 2:
                fields.Insert(random.Next(fields.Count + 1), fields[at]);
                break;
            case 3:
                fields[at] = fields[at] with { Tag = WireFormat.MakeTag(random.Next(1, 20), WireFormat.GetTagWireType(fields[at].Tag)) };
                break;
            case 4:
                fields[at] = NewField(
                    random) with
                {
                    Tag = WireFormat.MakeTag(WireFormat.GetTagFieldNumber(fields[at].Tag),
                    (WireFormat.WireType)(random.Next(3) * 2 % 5))
                };
                break;
            default:
                fields[at] = NewValue(fields[at], random);
                break;
        }
    }

    private static (uint Tag, ulong Number, byte[] Bytes) NewValue((uint Tag, ulong Number, byte[] Bytes) field, Random random) =>
        WireFormat.GetTagWireType(field.Tag) != WireFormat.WireType.LengthDelimited ? field with { Number = (ulong)HostileValues.Number(random) }
        : field.Bytes.Length > 1 && random.Next(3) > 0 ? field with { Bytes = Changed(field.Bytes, random, 1) }
        : field with { Bytes = HostileValues.Bytes(random) };

    private static (uint Tag, ulong Number, byte[] Bytes) NewField(Random random) => (
        WireFormat.MakeTag(random.Next(1, 20), random.Next(2) == 0 ? WireFormat.WireType.Varint : WireFormat.WireType.LengthDelimited),
        (ulong)HostileValues.Number(random), HostileValues.Bytes(random));

    private static void Write(CodedOutputStream output, uint tag, ulong number, byte[] bytes)
    {
        output.WriteTag(tag);
        switch (WireFormat.GetTagWireType(tag))
        {
            case WireFormat.WireType.LengthDelimited:
                output.WriteBytes(UnsafeByteOperations.UnsafeWrap(bytes));
                break;
            case WireFormat.WireType.Fixed32:
                output.WriteFixed32((uint)number);
                break;
            case WireFormat.WireType.Fixed64:
                output.WriteFixed64(number);
                break;
            default:
                output.WriteUInt64(number);
                break;
        }
    }

    /// <summary>Null when the bytes are no message.</summary>
    private static List<(uint Tag, ulong Number, byte[] Bytes)>? Fields(byte[] message)
    {
        var fields = new List<(uint, ulong, byte[])>();
        try
        {
            using var input = new CodedInputStream(message);
            while (input.ReadTag() is var tag and not 0)
            {
                fields.Add(WireFormat.GetTagWireType(tag) switch
                {
                    WireFormat.WireType.Varint => (tag, input.ReadUInt64(), []),
                    WireFormat.WireType.Fixed32 => (tag, input.ReadFixed32(), []),
                    WireFormat.WireType.Fixed64 => (tag, input.ReadFixed64(), []),
                    WireFormat.WireType.LengthDelimited => (tag, 0, input.ReadBytes().ToByteArray()),
                    _ => throw new InvalidDataException("groups are not used"),
                });
            }

            return fields;
        }
        catch (Exception broken) when (broken is InvalidProtocolBufferException or InvalidDataException)
        {
            return null;
        }
    }
}

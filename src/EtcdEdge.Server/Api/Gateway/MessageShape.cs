using System.Collections.Frozen;
using Google.Protobuf.Reflection;

namespace EtcdEdge.Server.Api.Gateway;

/// <summary>
/// One message as both directions see it, made once at start from its descriptor. JSON goes straight to protobuf bytes and back by these tables:
/// no message object and no reflection per call, and the services keep their own codecs. Immutable once built.
/// </summary>
internal sealed class MessageShape
{
    private FrozenDictionary<string, FieldShape> _byName = FrozenDictionary<string, FieldShape>.Empty;
    private FieldShape?[] _byNumber = [];

    private MessageShape()
    {
    }

    /// <summary>Lookup by the characters of a name, without making a string.</summary>
    public FrozenDictionary<string, FieldShape>.AlternateLookup<ReadOnlySpan<char>> Names => _byName.GetAlternateLookup<ReadOnlySpan<char>>();

    /// <summary>The field of a number, or null.</summary>
    public FieldShape? Field(int number) => (uint)number < (uint)_byNumber.Length ? _byNumber[number] : null;

    /// <summary>
    /// The shape of a message and of all its fields; <paramref name="known"/> collects them, since messages may contain themselves.
    /// </summary>
    public static MessageShape Of(MessageDescriptor message, Dictionary<string, MessageShape> known)
    {
        if (known.TryGetValue(message.FullName, out var shape))
        {
            return shape;
        }

        shape = new MessageShape();
        known.Add(message.FullName, shape);
        shape.Fill(message, known);
        return shape;
    }

    private void Fill(MessageDescriptor message, Dictionary<string, MessageShape> known)
    {
        var names = new Dictionary<string, FieldShape>(StringComparer.Ordinal);
        _byNumber = new FieldShape?[message.Fields.InFieldNumberOrder().Select(field => field.FieldNumber).DefaultIfEmpty().Max() + 1];
        foreach (var descriptor in message.Fields.InFieldNumberOrder())
        {
            var field = FieldShape.Of(descriptor, names.Count);
            field.Message = field.Kind == FieldKind.Message ? Of(descriptor.MessageType, known) : null;
            _byNumber[field.Number] = names[field.ProtoName] = names[field.JsonName] = field;
        }

        _byName = names.ToFrozenDictionary(StringComparer.Ordinal);
    }
}

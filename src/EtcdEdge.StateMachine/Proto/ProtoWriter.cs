using System.Buffers;
using EtcdEdge.Base;

namespace EtcdEdge.StateMachine.Proto;

/// <summary>
/// Writes protobuf fields into a buffer writer, in pieces of the sizes it offers, so that a ten-megabyte response never needs ten contiguous
/// megabytes. The <c>SizeOf</c> functions give the exact sizes beforehand. As in proto3, a zero is not written. Call <see cref="Flush"/> at the end.
/// </summary>
internal ref struct ProtoWriter(IBufferWriter<byte> output)
{
    // A tag takes at most 5 bytes and a number at most 10.
    private const int LongestNumberField = 15;
    private readonly IBufferWriter<byte> _output = output;
    private Span<byte> _span = output.GetSpan(LongestNumberField);
    private int _used;

    public static int SizeOfVarint(ulong value) => Varint.SizeOf(value);

    /// <summary>The size of a number field with its tag; 0 for a zero. <paramref name="field"/> is the field's number.</summary>
    public static int SizeOf(int field, long value) => value == 0 ? 0 : SizeOfVarint((uint)field << 3) + SizeOfVarint((ulong)value);

    /// <summary>The size of a byte field with its tag and length; 0 for empty bytes.</summary>
    public static int SizeOf(int field, ReadOnlyMemory<byte> value) => value.IsEmpty ? 0 : SizeOfMessage(field, value.Length);

    /// <summary>The size of an embedded message that is present, with its tag and length; also when it is empty.</summary>
    public static int SizeOfMessage(int field, int length) => SizeOfVarint((uint)field << 3) + SizeOfVarint((ulong)length) + length;

    public void Number(int field, long value)
    {
        if (value != 0)
        {
            Reserve(LongestNumberField);
            PutVarint((uint)field << 3);
            PutVarint((ulong)value);
        }
    }

    public void Bool(int field, bool value) => Number(field, value ? 1 : 0);

    public void Bytes(int field, ReadOnlyMemory<byte> value)
    {
        if (!value.IsEmpty)
        {
            MessageStart(field, value.Length);
            Raw(value.Span);
        }
    }

    /// <summary>The tag and length of an embedded message; its <paramref name="length"/> bytes follow.</summary>
    public void MessageStart(int field, int length)
    {
        Reserve(LongestNumberField);
        PutVarint(((uint)field << 3) | ProtoReader.Bytes);
        PutVarint((ulong)length);
    }

    public void Raw(ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            Reserve(1);
            var piece = Math.Min(bytes.Length, _span.Length - _used);
            bytes[..piece].CopyTo(_span[_used..]);
            _used += piece;
            bytes = bytes[piece..];
        }
    }

    /// <summary>Hands what was written to the output. Nothing may be written afterwards.</summary>
    public void Flush()
    {
        _output.Advance(_used);
        _used = 0;
        _span = default;
    }

    private void Reserve(int count)
    {
        if (_span.Length - _used < count)
        {
            _output.Advance(_used);
            _span = _output.GetSpan(count);
            _used = 0;
        }
    }

    private void PutVarint(ulong value)
    {
        _used += Varint.Write(_span[_used..], value);
    }
}

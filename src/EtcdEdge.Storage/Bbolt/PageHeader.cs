using System.Buffers.Binary;

namespace EtcdEdge.Storage.Bbolt;

/// <summary>The head of every page (bbolt internal/common/page.go): id (8 bytes), flags (2), elements (2), further pages it runs over (4).</summary>
internal readonly record struct PageHeader(ulong Id, ushort Flags, ushort Count, uint Overflow)
{
    public const int Size = 16;

    /// <summary>An element of a branch or of a leaf, before its key and value.</summary>
    public const int ElementSize = 16;

    public const ushort Branch = 0x01;
    public const ushort Leaf = 0x02;
    public const ushort Meta = 0x04;
    public const ushort Freelist = 0x10;

    /// <summary>In a leaf's element: the value is a bucket.</summary>
    public const uint BucketEntry = 0x01;

    /// <summary>A bucket's value: root page and sequence (8 bytes each); an inline bucket's page follows, and its root is 0.</summary>
    public const int BucketSize = 16;

    /// <summary>In a meta: the list of free pages is not kept in the file, as etcd has it.</summary>
    public const ulong NoFreelist = ulong.MaxValue;

    public void Write(Span<byte> into)
    {
        BinaryPrimitives.WriteUInt64LittleEndian(into, Id);
        BinaryPrimitives.WriteUInt16LittleEndian(into[8..], Flags);
        BinaryPrimitives.WriteUInt16LittleEndian(into[10..], Count);
        BinaryPrimitives.WriteUInt32LittleEndian(into[12..], Overflow);
    }

    public static PageHeader Read(ReadOnlySpan<byte> bytes) => new(
        BinaryPrimitives.ReadUInt64LittleEndian(bytes), BinaryPrimitives.ReadUInt16LittleEndian(bytes[8..]),
        BinaryPrimitives.ReadUInt16LittleEndian(bytes[10..]), BinaryPrimitives.ReadUInt32LittleEndian(bytes[12..]));
}

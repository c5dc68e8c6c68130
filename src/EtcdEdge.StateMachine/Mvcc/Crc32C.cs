using System.Buffers.Binary;
using System.Numerics;

namespace EtcdEdge.StateMachine.Mvcc;

/// <summary>CRC-32 with Castagnoli's polynomial as Go's hash/crc32 computes it: the register inverted before and after.</summary>
internal struct Crc32C()
{
    private uint _register = uint.MaxValue;

    public readonly uint Value => ~_register;

    public void Add(ReadOnlySpan<byte> bytes)
    {
        var register = _register;
        while (bytes.Length >= sizeof(ulong))
        {
            register = BitOperations.Crc32C(register, BinaryPrimitives.ReadUInt64LittleEndian(bytes));
            bytes = bytes[sizeof(ulong)..];
        }

        foreach (var next in bytes)
        {
            register = BitOperations.Crc32C(register, next);
        }

        _register = register;
    }
}

using System.Globalization;
using System.Text;
using EtcdEdge.Simulation.Checkers;
using EtcdEdge.StateMachine.Model;

namespace EtcdEdge.Simulation.Workload;

/// <summary>Numbers of keys and values, and their bytes.</summary>
internal static class KeySpace
{
    public static byte[] Key(int number) => Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"key/{number:D2}"));

    /// <summary>The writer's number, then padding.</summary>
    public static byte[] Value(int id, int length) =>
        Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{id}.").PadRight(length, '.'));

    public static int NumberOf(ReadOnlySpan<byte> key) => int.Parse(key[4..], CultureInfo.InvariantCulture);

    public static Cell CellOf(Record record)
    {
        if (record.IsTombstone)
        {
            return default;
        }

        var value = record.Value.Span;
        var id = int.Parse(value[..value.IndexOf((byte)'.')], CultureInfo.InvariantCulture);
        return new Cell(id, record.ModRevision, record.Version, record.CreateRevision, record.Lease);
    }
}

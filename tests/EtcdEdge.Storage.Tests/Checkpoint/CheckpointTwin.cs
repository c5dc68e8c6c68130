using EtcdEdge.Base;
using EtcdEdge.Storage.Checkpoint;

namespace EtcdEdge.Storage.Tests.Checkpoint;

/// <summary>What a checkpoint's file has to hold, in a dictionary.</summary>
internal sealed class CheckpointTwin : ICheckpointReplay
{
    public byte[] MetaBytes { get; set; } = [];

    public SortedDictionary<long, byte[]> Segments { get; } = [];

    public SortedDictionary<long, byte[]> HolesOf { get; } = [];

    public void Meta(byte[] bytes) => MetaBytes = bytes;

    public void Holes(long id, byte[] bytes) => HolesOf.Add(id, bytes);

    public void Segment(long id, byte[] bytes)
    {
        Assert.True(Segments.Count == 0 || id > Segments.Keys.Last(), "segments come in the order of their ids");
        Segments.Add(id, bytes);
    }

    public CheckpointTwin Copy()
    {
        var copy = new CheckpointTwin { MetaBytes = MetaBytes };
        foreach (var (id, bytes) in Segments)
        {
            copy.Segments.Add(id, bytes);
        }

        foreach (var (id, bytes) in HolesOf)
        {
            copy.HolesOf.Add(id, bytes);
        }

        return copy;
    }

    public string Show() => $"{Text(MetaBytes)} segments {string.Join(' ', Segments.Select(pair => $"{pair.Key}:{Text(pair.Value)}"))} "
        + $"holes {string.Join(' ', HolesOf.Select(pair => $"{pair.Key}:{Text(pair.Value)}"))}";

    private static string Text(byte[] bytes) => $"{bytes.Length}/{Crc32C.Of(bytes):x}";
}

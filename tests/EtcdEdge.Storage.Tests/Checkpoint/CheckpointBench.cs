using EtcdEdge.Storage.Checkpoint;
using EtcdEdge.Testing;

namespace EtcdEdge.Storage.Tests.Checkpoint;

/// <summary>A store on a simulated disk, random work for it, and the twin of every file it writes.</summary>
internal sealed class CheckpointBench(int seed)
{
    public const string Directory = "/snap";
    public static readonly MemberIdentity Identity = new(0xc1, 0x3e, "one");

    private readonly Random _random = new(seed);

    /// <summary>By generation: what was sealed, or was about to be.</summary>
    private readonly Dictionary<long, CheckpointTwin> _written = [];

    public SimDisk Disk { get; } = NewDisk(seed);

    public CheckpointStore Store { get; private set; } = null!;

    /// <summary>The newest generation whose writing has returned.</summary>
    public long Acknowledged { get; private set; }

    /// <summary>Blobs above it go in several transactions.</summary>
    public int BatchBytes { get; init; } = 30_000;

    public static SimDisk NewDisk(int seed)
    {
        var disk = new SimDisk(seed);
        disk.CreateDirectory(Directory);
        disk.SyncDirectory("/");
        return disk;
    }

    public void Open() => Store = CheckpointStore.Open(Disk, Directory, Identity, BatchBytes);

    public CheckpointTwin Read(CheckpointSlot slot)
    {
        var twin = new CheckpointTwin();
        Store.Read(slot, twin);
        return twin;
    }

    /// <summary>The file holds exactly what was written as its generation.</summary>
    public void Check(CheckpointSlot slot) =>
        Assert.True(_written[slot.Generation].Show() == Read(slot).Show(), $"seed {seed}: generation {slot.Generation} is not what was written");

    /// <summary>Writes the next checkpoint: a change of the older file where that is known, else a whole one.</summary>
    public void WriteNext(bool whole = false)
    {
        var slot = Store.Next;
        var generation = (Store.Newest?.Generation ?? 0) + 1;
        if (whole || slot.Generation == 0 || !slot.IsKnown)
        {
            WriteWhole(generation, _written.TryGetValue(slot.Generation, out var former) ? former.Copy() : new CheckpointTwin());
        }
        else
        {
            Update(slot, generation);
        }

        Acknowledged = generation;
    }

    private void WriteWhole(long generation, CheckpointTwin twin)
    {
        Change(twin, generation);
        _written[generation] = twin;
        using var file = Store.Create();
        foreach (var (id, bytes) in twin.Segments)
        {
            file.AddSegment(id, bytes);
        }

        foreach (var (id, bytes) in twin.HolesOf)
        {
            file.AddHoles(id, bytes);
        }

        Store.Complete(file, twin.MetaBytes);
        Store.Install(file);
    }

    private void Update(CheckpointSlot slot, long generation)
    {
        var twin = _written[slot.Generation].Copy();
        var before = twin.Copy();
        Change(twin, generation);
        _written[generation] = twin;
        Store.Update(slot, new CheckpointChanges
        {
            Meta = twin.MetaBytes,
            Segments = twin.Segments.Where(pair => !before.Segments.TryGetValue(pair.Key, out var old) || old != pair.Value)
                .Select(pair => (pair.Key, pair.Value)),
            RemovedSegments = [.. before.Segments.Keys.Where(id => !twin.Segments.ContainsKey(id))],
            Holes =
            [
                .. twin.HolesOf.Where(pair => !before.HolesOf.TryGetValue(pair.Key, out var old) || old != pair.Value)
                    .Select(pair => (pair.Key, pair.Value)),
                .. before.HolesOf.Keys.Where(id => !twin.HolesOf.ContainsKey(id)).Select(id => (id, Array.Empty<byte>())),
            ],
        });
    }

    private void Change(CheckpointTwin twin, long generation)
    {
        twin.MetaBytes = Bytes(8 + _random.Next(60));
        BitConverter.TryWriteBytes(twin.MetaBytes, generation);
        foreach (var id in twin.Segments.Keys.Where(_ => _random.Next(5) == 0).ToList())
        {
            twin.Segments.Remove(id);
        }

        foreach (var id in twin.HolesOf.Keys.Where(_ => _random.Next(3) == 0).ToList())
        {
            twin.HolesOf.Remove(id);
        }

        for (var i = _random.Next(8); i > 0; i--)
        {
            twin.Segments[_random.Next(40)] = Bytes(1 + _random.Next(_random.Next(6) == 0 ? 40_000 : 3_000));
            twin.HolesOf[_random.Next(40)] = Bytes(1 + _random.Next(30));
        }
    }

    private byte[] Bytes(int length)
    {
        var bytes = new byte[length];
        _random.NextBytes(bytes);
        return bytes;
    }
}

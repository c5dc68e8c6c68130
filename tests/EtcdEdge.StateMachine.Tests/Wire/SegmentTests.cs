using CsCheck;
using EtcdEdge.StateMachine.Proto;
using EtcdEdge.StateMachine.Snapshot;
using Record = EtcdEdge.StateMachine.Model.Record;
using Revision = EtcdEdge.StateMachine.Model.Revision;

namespace EtcdEdge.StateMachine.Tests.Wire;

/// <summary>Packed records come back as they were, and a segment with anything wrong about it does not come back at all.</summary>
public sealed class SegmentTests
{
    // Steps between revisions, so that they ascend; several records of a revision, tombstones, and numbers of every size.
    private static readonly Gen<Record[]> s_records = Gen.Select(
        Gen.Long[0, 3], Gen.Bool, Gen.Byte.Array[1, 40], Gen.Byte.Array[0, 300], Gen.Long[1, long.MaxValue], Gen.Long,
        (step, buried, key, value, version, lease) => (step, buried, key, value, version, lease)).Array[1, 400].Select(steps =>
        {
            var records = new List<Record>();
            var at = new Revision(2, -1);
            foreach (var (step, buried, key, value, version, lease) in steps)
            {
                at = step == 0 ? at with { Sub = at.Sub + 1 } : new Revision(at.Main + step, 0);
                records.Add(buried
                    ? new Record { Key = key, ModRevision = at.Main, SubRevision = at.Sub }
                    : new Record
                    {
                        Key = key,
                        Value = value,
                        ModRevision = at.Main,
                        SubRevision = at.Sub,
                        CreateRevision = at.Main - step,
                        Version = version,
                        Lease = lease,
                    });
            }

            return records.ToArray();
        });

    [Fact]
    public void Records_come_back_as_they_were() => s_records.Sample(records =>
    {
        var back = Pack(records).SelectMany(segment => SegmentReader.Read(segment)).ToArray();
        Assert.Equal(records.Select(Show), back.Select(Show));
    }, iter: 200);

    [Fact]
    public void A_segment_is_bounded_by_count_and_by_bytes_and_says_what_is_in_it() => s_records.Sample(records =>
    {
        var at = 0;
        foreach (var segment in Pack(records))
        {
            var header = SegmentHeader.Check(segment);
            Assert.InRange(header.Count, 1, SnapshotSegmentLimits.SegmentRecords);
            Assert.InRange(segment.Length, 1, SnapshotSegmentLimits.SegmentBytes);
            Assert.Equal(Revision.Of(records[at]), header.First);
            at += header.Count;
            Assert.Equal(Revision.Of(records[at - 1]), header.Last);
        }

        Assert.Equal(records.Length, at);
    }, iter: 50);

    [Fact]
    public void A_record_larger_than_a_segment_has_one_of_its_own()
    {
        var large = new Record
        {
            Key = new byte[] { 1 },
            Value = new byte[3 * SnapshotSegmentLimits.SegmentBytes],
            ModRevision = 2,
            CreateRevision = 2,
            Version = 1
        };
        var small = new Record { Key = new byte[] { 2 }, ModRevision = 3 };
        Assert.Equal([1, 1], Pack([large, small]).Select(segment => SegmentReader.Read(segment).Length));
    }

    [Fact]
    public void A_flipped_bit_anywhere_is_noticed()
    {
        var segment = Pack([new Record { Key = new byte[] { 7 }, Value = new byte[9], ModRevision = 2, CreateRevision = 2, Version = 1 }]).Single();
        for (var bit = 0; bit < segment.Length * 8; bit++)
        {
            byte[] damaged = [.. segment];
            damaged[bit / 8] ^= (byte)(1 << (bit % 8));
            Assert.Throws<MalformedMessageException>(() => SegmentReader.Read(damaged));
        }
    }

    [Fact]
    public void A_segment_cut_anywhere_is_noticed()
    {
        var segment = Pack([new Record { Key = new byte[] { 7 }, Value = new byte[9], ModRevision = 2, CreateRevision = 2, Version = 1 }]).Single();
        for (var length = 0; length < segment.Length; length++)
        {
            Assert.Throws<MalformedMessageException>(() => SegmentReader.Read(segment.AsMemory(0, length)));
        }
    }

    private static List<byte[]> Pack(Record[] records)
    {
        var segments = new List<byte[]>();
        var writer = new SegmentWriter();
        foreach (var record in records)
        {
            if (!writer.TryAdd(record))
            {
                segments.Add(writer.Take());
                Assert.True(writer.TryAdd(record));
            }
        }

        segments.Add(writer.Take());
        return segments;
    }

    private static string Show(Record record) =>
        $"{record.ModRevision}.{record.SubRevision} {Convert.ToHexString(record.Key.Span)}={Convert.ToHexString(record.Value.Span)} "
        + $"{record.CreateRevision} {record.Version} {record.Lease}";
}

using EtcdEdge.Raft.Model;
using EtcdEdge.Server.Logging;
using EtcdEdge.Server.Node;
using EtcdEdge.Storage.Wal;
using EtcdEdge.Testing;
using Xunit;

namespace EtcdEdge.Server.Tests.Node;

/// <summary>
/// Goal: a log whose writers are never freed by a checkpoint ends within its bound, whatever the sizes of the entries and however they come together
/// in groups. Method: a real log on a simulated disk, one group on its way while the next one fills.
/// </summary>
public sealed class LogRoomTests
{
    private const int Segment = 64 * 1024;
    private const long Bound = 8 * Segment;

    [Theory]
    [InlineData(100)]
    [InlineData(6_000)]
    [InlineData(20_000)]
    [InlineData(Segment)]
    public void A_log_that_is_never_freed_stays_within_its_bound(int entryMax)
    {
        for (var seed = 1; seed <= 200; seed++)
        {
            using var wal = Open();
            var used = Fill(wal, new Random(seed), entryMax);
            Assert.True(used <= Bound, $"seed {seed}: {used} bytes");
            Assert.True(used > Bound / 4, $"seed {seed}: full at {used} bytes");
        }
    }

    private static WriteAheadLog Open() =>
        WriteAheadLog.Open(new SimDisk(seed: 1), "/wal", new WalOptions { ClusterId = 1, MemberId = 2, Create = true, SegmentSize = Segment },
            new NoReplay()).Log!;

    /// <summary>Until an entry of the size that is tried has no room any more.</summary>
    private static long Fill(WriteAheadLog wal, Random random, int entryMax)
    {
        var room = new LogRoom(wal, Bound, Segment);
        WalGroup? onItsWay = null;
        var isFull = false;
        ulong index = 0, term = 1;
        while (!isFull || onItsWay is not null)
        {
            room.NextTurn();
            // A vote now and then: nobody asks for room for it.
            term += isFull || random.Next(4) > 0 ? 0UL : 1;
            for (var count = random.Next(1, 5); count > 0 && !isFull; count--)
            {
                var length = random.Next(2) == 0 ? random.Next(entryMax) : entryMax;
                isFull = !room.TryTake(length, isUrgent: true);
                if (!isFull)
                {
                    wal.Append(new HardState(term, 2, 0), [new Entry(term, ++index, EntryType.Normal, new byte[length])]);
                }
            }

            wal.Append(new HardState(term, 2, 0), []);
            Write(wal, ref onItsWay);
        }

        return wal.BytesInUse;
    }

    private static void Write(WriteAheadLog wal, ref WalGroup? onItsWay)
    {
        if (onItsWay is { } group)
        {
            wal.Write(group);
            wal.Return(group);
        }

        onItsWay = wal.Seal();
    }
}

using CsCheck;
using EtcdEdge.StateMachine.Watch;

namespace EtcdEdge.StateMachine.Tests.Watch;

/// <summary>The interval tree beside a plain list that looks at every range.</summary>
public sealed class IntervalTreeTwin
{
    [Fact]
    public void A_key_finds_the_ranges_that_a_look_at_each_of_them_finds() =>
        Gen.Select(Gen.Int[0, 2], Gen.Byte[1, 20], Gen.Byte[0, 20]).Array[1, 200].Sample(Play, iter: 2000);

    private static void Play((int What, byte Key, byte End)[] steps)
    {
        var tree = new IntervalTree();
        var twin = new SortedSet<(byte Key, byte End)>();
        foreach (var (what, key, end) in steps)
        {
            // Ends below the key do not reach the tree; 0 stands for the open end.
            var range = (key, End: end <= key ? (byte)0 : end);
            if (what == 0)
            {
                tree.Remove(Bytes(range.key), Bytes(range.End));
                twin.Remove(range);
            }
            else
            {
                Assert.Equal([range.key], tree.GetOrAdd(Bytes(range.key), Bytes(range.End)).Key.ToArray());
                twin.Add(range);
            }

            var found = new List<WatcherGroup>();
            tree.Stab([key], found);
            var expected = twin.Where(r => r.Key <= key && (r.End == 0 || key < r.End)).ToHashSet();
            Assert.Equal(expected, found.Select(group => (group.Key.Span[0], group.RangeEnd.Span[0])).ToHashSet());
            Assert.Equal(expected.Count, found.Count);
        }
    }

    private static byte[] Bytes(byte value) => [value];
}

using System.Text;
using CsCheck;
using EtcdEdge.StateMachine.Model;
using EtcdEdge.StateMachine.Mvcc;
using Xunit;
using Record = EtcdEdge.StateMachine.Model.Record;

namespace EtcdEdge.StateMachine.Tests.Mvcc;

/// <summary>
/// The key tree against a sorted dictionary under random writes, deletions and publishing: contents, order, counts, the rules of its nodes,
/// and that a published tree never changes.
/// </summary>
public sealed class KeyTreeTests
{
    [Fact]
    public void Any_sequence_of_changes_keeps_the_tree_in_order_and_its_counts_true() =>
        Gen.Int[0, 3000].Array[0, 1500].Sample(numbers =>
        {
            var pair = new Pair();
            foreach (var number in numbers)
            {
                pair.Change(number % 1000, (number / 1000) switch { 0 or 1 => Act.Put, 2 => Act.Delete, _ => Act.Forget });
            }

            pair.Check();
        }, iter: 200);

    [Fact]
    public void Keys_in_ascending_order_fill_their_leaves()
    {
        var pair = new Pair();
        for (var i = 0; i < 20_000; i++)
        {
            pair.Change(i, Act.Put);
        }

        pair.Check();
        Assert.True(Leaves(pair.Editor.Tree.Root).Average(leaf => leaf.Count) >= MvccLimits.LeafSlots * 0.7);
    }

    [Fact]
    public void A_tree_that_grew_shrinks_to_nothing()
    {
        var pair = new Pair();
        for (var i = 0; i < 5000; i++)
        {
            pair.Change(i * 7919 % 5000, Act.Put);
        }

        for (var i = 0; i < 5000; i++)
        {
            pair.Change(i * 104729 % 5000, Act.Forget);
        }

        pair.Check();
        Assert.Equal(0, Assert.IsType<LeafNode>(pair.Editor.Tree.Root).Count);
    }

    [Fact]
    public void A_published_tree_never_changes() =>
        Gen.Int[0, 300].Array[50, 600].Sample(numbers =>
        {
            var pair = new Pair();
            var published = new List<(KeyTree Tree, string Contents)>();
            for (var i = 0; i < numbers.Length; i++)
            {
                pair.Change(numbers[i] % 100, (Act)(numbers[i] / 100 % 3));
                if (i % 37 == 0)
                {
                    published.Add((pair.Editor.Publish(), Dump(pair.Editor.Tree)));
                }
            }

            Assert.All(published, root => Assert.Equal(root.Contents, Dump(root.Tree)));
        }, iter: 200);

    [Fact]
    public void Counting_a_range_agrees_with_walking_it() =>
        Gen.Select(Gen.Int[0, 500].Array[0, 800], Gen.Int[0, 500], Gen.Int[0, 500]).Sample((numbers, from, to) =>
        {
            var pair = new Pair();
            foreach (var number in numbers)
            {
                pair.Change(number, number % 5 == 0 ? Act.Delete : Act.Put);
            }

            var range = new KeyRange(KeyOf(from), KeyOf(to));
            long walked = 0;
            for (var cursor = pair.Editor.Tree.Walk(range); cursor.MoveNext();)
            {
                walked += cursor.Current.IsLive ? 1 : 0;
            }

            Assert.Equal(pair.Twin.Count(entry => entry.Value && entry.Key >= from && entry.Key < to), walked);
            Assert.Equal(walked, pair.Editor.Tree.CountLive(range));
        }, iter: 300);

    [Fact]
    public void A_hot_keys_revisions_are_found_by_search_in_every_root()
    {
        var editor = new KeyTreeEditor();
        var roots = new List<KeyTree>();
        for (var revision = 2; revision <= 1000; revision++)
        {
            editor.Seek("hot"u8);
            editor.Append(new Record { Key = "hot"u8.ToArray(), ModRevision = revision, Version = revision });
            roots.Add(editor.Publish());
        }

        for (var i = 0; i < roots.Count; i += 97)
        {
            Assert.True(roots[i].TryFind("hot"u8, out var history));
            Assert.Equal(i + 1, history.Count);
            Assert.Null(history.At(1));
            Assert.Equal(Math.Min(i + 2, 500), history.At(500)!.ModRevision);
        }
    }

    private static ReadOnlyMemory<byte> KeyOf(int number) => Encoding.ASCII.GetBytes($"{number:D6}");

    private static string Dump(KeyTree tree)
    {
        var text = new StringBuilder();
        for (var cursor = tree.Walk(KeyRange.All); cursor.MoveNext();)
        {
            var history = cursor.Current;
            text.Append(Encoding.ASCII.GetString(history.Key));
            for (var i = 0; i < history.Count; i++)
            {
                text.Append(' ').Append(history[i].ModRevision);
            }

            text.Append('\n');
        }

        return text.Append(tree.LiveCount).ToString();
    }

    private static IEnumerable<LeafNode> Leaves(TreeNode node) =>
        node is LeafNode leaf ? [leaf] : ((InnerNode)node).Children.Take(node.Count).SelectMany(Leaves);

    private enum Act
    {
        Put,
        Delete,
        Forget,
    }

    private sealed class Pair
    {
        private long _revision = 1;

        public KeyTreeEditor Editor { get; } = new();

        // True is a key that exists, false one with a tombstone.
        public SortedDictionary<int, bool> Twin { get; } = [];

        public void Change(int number, Act act)
        {
            var key = KeyOf(number);
            var found = Editor.Seek(key.Span);
            Assert.Equal(Twin.ContainsKey(number), found);
            if (act == Act.Put)
            {
                Twin[number] = true;
                Editor.Append(new Record { Key = key, ModRevision = ++_revision, Version = 1 });
            }
            else if (found && Twin[number])
            {
                Twin[number] = false;
                Editor.Append(new Record { Key = key, ModRevision = ++_revision });
            }

            if (act == Act.Forget && found)
            {
                Twin.Remove(number);
                Assert.True(Editor.Seek(key.Span));
                Editor.Drop(Editor.Slot.Count);
            }
        }

        public void Check()
        {
            var root = Editor.Tree.Root;
            CheckNode(root, true, [], null, out _);
            var keys = new List<string>();
            for (var cursor = Editor.Tree.Walk(KeyRange.All); cursor.MoveNext();)
            {
                keys.Add(Encoding.ASCII.GetString(cursor.Current.Key));
            }

            Assert.Equal(Twin.Keys.Select(number => $"{number:D6}"), keys);
            Assert.Equal(Twin.Values.Count(live => live), Editor.Tree.LiveCount);
        }

        private static void CheckNode(TreeNode node, bool isRoot, ReadOnlySpan<byte> low, byte[]? high, out int depth)
        {
            Assert.True(isRoot || node.Count >= MvccLimits.NodeMinEntries, "a node is not too empty");
            depth = 0;
            var live = 0;
            if (node is LeafNode leaf)
            {
                for (var i = 0; i < leaf.Count; i++)
                {
                    live += leaf.Slots[i].IsLive ? 1 : 0;
                    Assert.True(leaf.Slots[i].Key.SequenceCompareTo(low) >= 0 && (high is null || leaf.Slots[i].Key.SequenceCompareTo(high) < 0));
                }
            }
            else
            {
                var inner = (InnerNode)node;
                Assert.True(inner.Count >= 2);
                for (var i = 0; i < inner.Count; i++)
                {
                    var childHigh = i + 1 < inner.Count ? inner.Separators[i + 1] : high;
                    CheckNode(inner.Children[i], false, i == 0 ? low : inner.Separators[i], childHigh, out var childDepth);
                    Assert.True(i == 0 || childDepth + 1 == depth, "all leaves are equally deep");
                    depth = childDepth + 1;
                    live += inner.Children[i].Live;
                }
            }

            Assert.Equal(live, node.Live);
        }
    }
}

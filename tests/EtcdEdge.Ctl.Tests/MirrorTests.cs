using EtcdEdge.Api;
using EtcdEdge.Cli.Ctl.Mirror;
using Google.Protobuf;

namespace EtcdEdge.Ctl.Tests;

public sealed class MirrorTests
{
    [Theory]
    [InlineData("1 1 2 3 3 3", 128, "2 1 3")]
    [InlineData("1 1 1 1 1", 2, "2 2 1")]
    [InlineData("", 2, "")]
    public void A_batch_is_one_revision_and_at_most_the_limit(string revisions, int most, string sizes)
    {
        var changes = revisions.Split(' ', StringSplitOptions.RemoveEmptyEntries)
            .Select(revision => new Event
            {
                Kv =
                new KeyValue { ModRevision = long.Parse(revision, System.Globalization.CultureInfo.InvariantCulture) }
            });
        Assert.Equal(sizes, string.Join(' ', MirrorRun.Batches(changes, most).Select(batch => batch.Count)));
    }

    [Theory]
    [InlineData("k/", "c/", "k/1", "c/1")]
    [InlineData("k/", "", "k/1", "1")]
    [InlineData("", "c/", "k", "c/k")]
    [InlineData("k/", "k/", "k/1", "k/1")]
    public void The_prefix_is_replaced(string prefix, string destination, string key, string mapped)
    {
        var options = new MirrorOptions(ByteString.CopyFromUtf8(prefix), ByteString.CopyFromUtf8(destination), 0, 1);
        Assert.Equal(mapped, options.Map(ByteString.CopyFromUtf8(key)).ToStringUtf8());
    }
}

using System.Buffers;
using System.Text;
using CsCheck;
using EtcdEdge.Api;
using EtcdEdge.StateMachine.Watch;
using Google.Protobuf;

namespace EtcdEdge.StateMachine.Tests.Watch;

/// <summary>The hand-written response beside the generated one: same fields, and fragments that put together are the whole.</summary>
public sealed class WatchMessageTwin
{
    private const int Unlimited = int.MaxValue;

    [Theory]
    [InlineData(WatchDeliveryKind.Created, true, false)]
    [InlineData(WatchDeliveryKind.Canceled, false, true)]
    [InlineData(WatchDeliveryKind.Refused, true, true)]
    [InlineData(WatchDeliveryKind.Compacted, false, true)]
    [InlineData(WatchDeliveryKind.Progress, false, false)]
    public void Responses_without_events_carry_their_kind(WatchDeliveryKind kind, bool created, bool canceled)
    {
        var delivery = new WatchDelivery { Kind = kind, WatchId = -1, Revision = 300, CompactRevision = 200 };
        var response = Assert.Single(Write(delivery, "why"u8.ToArray(), Unlimited));
        var expected = new WatchResponse
        {
            Header = new ResponseHeader { ClusterId = ulong.MaxValue, MemberId = 2, RaftTerm = 3, Revision = 300 },
            WatchId = -1,
            Created = created,
            Canceled = canceled,
            CompactRevision = 200,
            CancelReason = "why",
        };
        Assert.Equal(expected, response);
    }

    [Fact]
    public void Events_are_what_the_generated_code_reads() =>
        Gen.Select(Gen.Int[1, 12], Gen.Int[0, 300], Gen.Bool, Gen.Int[1, 900]).Sample((count, size, prevKv, limit) =>
        {
            var delivery = Deliver(count, size, prevKv, fragment: true);
            var whole = Assert.Single(Write(delivery with { Fragment = false }, default, limit));
            var parts = Write(delivery, default, limit);
            Assert.Equal(whole.Events, parts.SelectMany(part => part.Events));
            Assert.All(parts.SkipLast(1), part => Assert.True(part.Fragment));
            Assert.False(parts[^1].Fragment);
            Assert.All(parts, part => Assert.True(part.Events.Count == 1 || part.CalculateSize() - 2 < limit));
            Assert.Equal(2 * count, whole.Events.Count);
            Assert.Equal(prevKv ? count : 0, whole.Events.Count(e => e.PrevKv is not null));
            Assert.All(whole.Events, e => Assert.Equal(e.Type == Event.Types.EventType.Delete, e.Kv.Version == 0));
        });

    /// <summary>Puts and deletes of as many keys, through a hub so that previous values are what it finds.</summary>
    private static WatchDelivery Deliver(int count, int size, bool prevKv, bool fragment)
    {
        var world = new WatchWorld();
        var sink = new RecordingSink(Unlimited);
        var stream = world.Hub.Open(sink, 1000, 0);
        world.Hub.Create(stream, new WatchSpec { Key = "k"u8.ToArray(), RangeEnd = "l"u8.ToArray(), PrevKv = prevKv, Fragment = fragment });
        for (var i = 0; i < count; i++)
        {
            world.Write((Encoding.UTF8.GetBytes($"k{i}"), new byte[size]));
            world.Write((Encoding.UTF8.GetBytes($"k{i}"), null));
        }

        world.Settle();
        return sink.Read()[1];
    }

    private static List<WatchResponse> Write(in WatchDelivery delivery, ReadOnlyMemory<byte> reason, int maxBytes)
    {
        var message = new WatchMessage();
        var written = new List<WatchResponse>();
        message.Fill(delivery, ulong.MaxValue, 2, 3, reason, maxBytes);
        do
        {
            var output = new ArrayBufferWriter<byte>();
            message.Write(output);
            Assert.Equal(message.Size, output.WrittenCount);
            written.Add(WatchResponse.Parser.ParseFrom(output.WrittenSpan));
        }
        while (message.NextFragment(maxBytes));

        return written;
    }
}

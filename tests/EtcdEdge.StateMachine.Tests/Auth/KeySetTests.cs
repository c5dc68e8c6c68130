using CsCheck;
using EtcdEdge.StateMachine.Auth;
using EtcdEdge.StateMachine.Model;
using Xunit;

namespace EtcdEdge.StateMachine.Tests.Auth;

/// <summary>
/// Goal: a set of keys says what the ranges it was made of say. Method: beside a twin that asks each range about each key that could tell: the
/// borders of all ranges and the keys right behind them, since between two such keys nothing changes.
/// </summary>
public sealed class KeySetTests
{
    private static readonly byte[] s_letters = [0, 1, 2, 0xFF];

    private static readonly Gen<byte[]> s_key = Gen.Int[0, 3].Select(i => s_letters[i]).Array[1, 2];

    private static readonly Gen<(byte[] Key, byte[] End)> Range = Gen.OneOf(
        s_key.Select(key => (key, Array.Empty<byte>())),
        s_key.Select(key => (key, new byte[] { 0 })),
        Gen.Select(s_key, s_key).Where((a, b) => a.AsSpan().SequenceCompareTo(b) < 0).Select((a, b) => (a, b)));

    [Fact]
    public void A_range_is_in_the_set_when_each_of_its_keys_is_in_a_range() =>
        Gen.Select(Range.Array[0, 6], Range).Sample((ranges, asked) =>
        {
            var set = KeySet.Of([.. ranges.Select(Of)]);
            var telling = ranges.Append(asked).SelectMany(range => new[] { range.Key, range.End }).Where(key => key.Length > 0)
                .SelectMany(key => new[] { key, [.. key, 0] });
            var expected = telling.Where(key => Of(asked).Contains(key)).All(key => ranges.Any(range => Of(range).Contains(key)));
            Assert.Equal(expected, set.Contains(Of(asked)));
        }, iter: 20_000);

    [Fact]
    public void A_key_is_in_the_set_when_it_is_in_a_range() =>
        Gen.Select(Range.Array[0, 6], s_key).Sample((ranges, key) =>
            Assert.Equal(ranges.Any(range => Of(range).Contains(key)), KeySet.Of([.. ranges.Select(Of)]).Contains(key)), iter: 20_000);

    [Fact]
    public void Ranges_that_touch_are_one_and_a_gap_of_one_key_is_a_gap()
    {
        var touching = KeySet.Of([Of(([1], [2])), Of(([2], [3]))]);
        Assert.True(touching.Contains(Of(([1], [3]))));
        var gapped = KeySet.Of([Of(([1], [2])), Of(([2, 0], [3]))]);
        Assert.False(gapped.Contains(Of(([1], [3]))));
        Assert.True(KeySet.Of([Of(([1], [2])), Of(([2], [])), Of(([2, 0], [3]))]).Contains(Of(([1], [3]))));
    }

    private static KeyRange Of((byte[] Key, byte[] End) range) => new(range.Key, range.End);
}

using System.Text;
using CsCheck;
using EtcdEdge.StateMachine.Model;
using Xunit;

namespace EtcdEdge.StateMachine.Tests.Auth;

/// <summary>Goal: names stand in the order of their bytes.</summary>
public sealed class Utf8OrderTests
{
    [Fact]
    public void Names_are_ordered_as_their_bytes_are() =>
        Gen.Select(Name, Name).Sample((x, y) =>
            Assert.Equal(
                Math.Sign(Encoding.UTF8.GetBytes(x).AsSpan().SequenceCompareTo(Encoding.UTF8.GetBytes(y))),
                Math.Sign(Utf8Order.Instance.Compare(x, y))));

    // From one to four bytes each, at the borders between those lengths.
    private static readonly string[] s_letters =
        ["a", "b", "\u007F", "\u0080", "\u07FF", "\u0800", "\uD7FF", "\uFFFD", "\U00010000", "\U0001F511"];

    private static Gen<string> Name => Gen.Int[0, s_letters.Length - 1].Select(i => s_letters[i]).Array[0, 4].Select(string.Concat);
}

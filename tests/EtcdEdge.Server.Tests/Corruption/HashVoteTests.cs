using EtcdEdge.Server.Corruption;
using Xunit;

namespace EtcdEdge.Server.Tests.Corruption;

// Goal: the alarm names whoever differs from a majority, whichever member asks, and nobody in particular when there is none. Method: etcd's own
// cases.
public sealed class HashVoteTests
{
    [Theory]
    [InlineData("1=7", 3, "")]
    [InlineData("1=7 2=7 3=7", 3, "")]
    [InlineData("1=7 2=7 3=8", 3, "3")]
    [InlineData("1=8 2=7 3=7", 3, "1")]
    [InlineData("1=7 2=8", 3, "0")]
    [InlineData("1=7 2=7 3=8", 5, "0")]
    [InlineData("1=7 2=7 3=7 4=8 5=9", 5, "4,5")]
    [InlineData("1=7 2=8", 2, "0")]
    [InlineData("1=7 2=8 3=9", 3, "0")]
    public void The_majority_tells_who_is_odd(string hashes, int members, string odd)
    {
        var byMember = hashes.Split(' ').Select(pair => pair.Split('=')).ToDictionary(pair => ulong.Parse(pair[0]), pair => uint.Parse(pair[1]));
        Assert.Equal(odd, string.Join(',', HashVote.Odd(byMember, members)));
    }
}

using CsCheck;
using EtcdEdge.Cli.Ctl.Session;

namespace EtcdEdge.Ctl.Tests;

public sealed class SrvLookupTests
{
    private const string Name = "_etcd-client._tcp.example.com";

    [Fact]
    public void Records_are_sorted_by_priority()
    {
        var answer = Answer(0, Record(20, 2379, "\u0001b"), Record(10, 2380, "\u0001a"));
        Assert.Equal([("a.example.com", 2380), ("b.example.com", 2379)], SrvLookup.Parse(answer, Name));
    }

    [Fact]
    public void A_name_that_does_not_exist_has_gos_error() => Assert.Equal(
        $"lookup {Name}: no such host", Assert.Throws<IOException>(() => SrvLookup.Parse(Answer(3), Name)).Message);

    [Fact]
    public void A_pointer_that_does_not_lead_backwards_is_malformed()
    {
        byte[] answer = [0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0xC0, 12, 0, 33, 0, 1];
        Assert.Contains("malformed", Assert.Throws<IOException>(() => SrvLookup.Parse(answer, Name)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Any_answer_is_read_or_refused() => Gen.Byte.Array[0, 80].Sample(answer =>
    {
        try
        {
            SrvLookup.Parse(answer, Name);
        }
        catch (IOException)
        {
        }
    });

    // The name is at offset 12, and "example.com" 18 bytes later.
    private static byte[] Answer(byte code, params byte[][] records) =>
    [
        0, 0, 0x81, code, 0, 1, 0, (byte)records.Length, 0, 0, 0, 0,
        12, .. "_etcd-client"u8, 4, .. "_tcp"u8, 7, .. "example"u8, 3, .. "com"u8, 0, 0, 33, 0, 1,
        .. records.SelectMany(record => record),
    ];

    private static byte[] Record(byte priority, ushort port, string label)
    {
        byte[] target = [.. label.Select(letter => (byte)letter), 0xC0, 30];
        return [0xC0, 12, 0, 33, 0, 1, 0, 0, 0, 60, 0, (byte)(6 + target.Length), 0, priority, 0, 0, (byte)(port >> 8), (byte)port, .. target];
    }
}

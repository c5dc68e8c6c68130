using EtcdEdge.Api;
using EtcdEdge.Differential;
using EtcdEdge.Testing;
using Google.Protobuf;
using Xunit;

namespace EtcdEdge.EndToEnd.Tests;

// Goal: the binary that goes onto boards runs. Method: under an emulator; it takes seconds to start, so one test does it all.
public sealed class Arm64Tests
{
    private const string Emulator = "qemu-aarch64-static";
    private const string CrossLibraries = "/usr/aarch64-linux-gnu";

    [Fact]
    public async Task The_arm64_binary_answers_a_put_and_a_range()
    {
        Assert.SkipWhen(Binaries.ServerIsEtcd, "etcd's arm64 build is not under test");
        await using var daemon = new Daemon(Binaries.Arm64Server(), launcher: [Emulator, "-L", CrossLibraries]);
        await daemon.StartAsync();
        await using var session = new Session(daemon.ClientUrl);
        var key = ByteString.CopyFromUtf8("board");
        var put = new PutRequest { Key = key, Value = ByteString.CopyFromUtf8("pi") };
        await session.Kv.PutAsync(put, cancellationToken: TestContext.Current.CancellationToken);
        var found = await session.Kv.RangeAsync(new RangeRequest { Key = key }, cancellationToken: TestContext.Current.CancellationToken);
        Assert.Equal("pi", found.Kvs.Single().Value.ToStringUtf8());
    }
}

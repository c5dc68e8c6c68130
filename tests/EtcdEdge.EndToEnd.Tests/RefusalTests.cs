using System.Net;
using System.Net.Sockets;
using EtcdEdge.Testing;
using Xunit;

namespace EtcdEdge.EndToEnd.Tests;

// Goal: every condition in which the server cannot run is told in one line that names it. etcd's own ways differ, so it is not the judge here.
public sealed class RefusalTests
{
    public RefusalTests() => Assert.SkipWhen(Binaries.ServerIsEtcd, "one line and exit code 1 are EtcdEdge's own promise");

    [Fact]
    public async Task A_port_in_use_is_named()
    {
        using var other = new TcpListener(IPAddress.Loopback, 0);
        other.Start();
        var port = ((IPEndPoint)other.LocalEndpoint).Port;
        await using var daemon = new Daemon(Binaries.Server) { ClientPort = port };
        await OneLine.RefusesAsync(daemon, $"{port}", "address already in use");
    }

    [Theory]
    [InlineData("--listen-client-urls=127.0.0.1:2379", "listen-client-urls")]
    [InlineData("--listen-client-urls=ftp://127.0.0.1:2379", "listen-client-urls")]
    [InlineData("--listen-client-urls=http://127.0.0.1:99999", "listen-client-urls")]
    [InlineData("--advertise-client-urls=http://", "advertise-client-urls")]
    public async Task A_bad_URL_is_named_with_its_flag(string flag, string name)
    {
        await using var daemon = new Daemon(Binaries.Server, flags: [flag]);
        await OneLine.RefusesAsync(daemon, name);
    }

    [Fact]
    public async Task An_unknown_flag_is_refused_with_the_nearest_name()
    {
        await using var daemon = new Daemon(Binaries.Server, flags: ["--hartbeat-interval=100"]);
        await OneLine.RefusesAsync(daemon, "hartbeat-interval", "heartbeat-interval");
    }

    [Fact]
    public async Task A_second_process_on_the_same_data_directory_is_refused()
    {
        await using var first = new Daemon(Binaries.Server);
        await first.StartAsync();
        await using var second = new Daemon(Binaries.Server, first.DataDirectory);
        await OneLine.RefusesAsync(second, first.DataDirectory);
        await new EtcdCtl("3.5", first).RunAsync("put", "still", "served");
    }

    [Fact]
    public async Task Another_programs_data_directory_is_refused_and_left_alone()
    {
        await using var etcd = new Daemon(Binaries.Etcd);
        await etcd.StartAsync();
        await new EtcdCtl("3.5", etcd).RunAsync("put", "a", "1");
        await etcd.StopAsync();
        await using (var daemon = new Daemon(Binaries.Server, etcd.DataDirectory))
        {
            await OneLine.RefusesAsync(daemon, etcd.DataDirectory, "etcd");
        }

        await etcd.StartAsync();
        Assert.Equal(["a", "1"], await new EtcdCtl("3.5", etcd).LinesAsync("get", "a"));
    }

    [Fact]
    public async Task A_data_directory_of_another_owner_is_refused()
    {
        Assert.SkipUnless(Environment.UserName == "root", "needs root to become someone else");
        using var directory = new ScratchDirectory();
        await using var owner = new Daemon(Binaries.Server, directory.DataDirectory);
        await owner.StartAsync();
        await owner.StopAsync();
        await Command.OutputOfAsync("chmod", "755", directory.Path);
        string[] asNobody = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"];
        await using var stranger = new Daemon(Binaries.Server, directory.DataDirectory, launcher: asNobody);
        await OneLine.RefusesAsync(stranger, directory.DataDirectory, "permission denied");
    }

    [Fact]
    public async Task A_read_only_file_system_is_named()
    {
        await using var disk = await ScratchDisk.MountAsync(megabytes: 64);
        await disk.RemountReadOnlyAsync();
        await using var daemon = new Daemon(Binaries.Server, disk.DataDirectory);
        await OneLine.RefusesAsync(daemon, disk.DataDirectory, "read-only");
    }

    [Fact]
    public async Task A_disk_full_at_the_start_is_named()
    {
        await using var disk = await ScratchDisk.MountAsync(megabytes: 64);
        disk.Fill();
        await using var daemon = new Daemon(Binaries.Server, disk.DataDirectory);
        await OneLine.RefusesAsync(daemon, disk.DataDirectory, "no space left");
    }

    [Fact]
    public async Task A_disk_that_fills_up_while_serving_loses_nothing()
    {
        await using var disk = await ScratchDisk.MountAsync(megabytes: 96);
        await using var daemon = new Daemon(Binaries.Server, disk.DataDirectory);
        await daemon.StartAsync();
        disk.Fill();
        var written = await WriteUntilRefusedAsync(daemon, keys: 400);
        if (daemon.HasExited)
        {
            OneLine.Check(daemon, "no space left");
        }
        else
        {
            await daemon.KillAsync();
        }

        disk.Free();
        // Its health tells of the NOSPACE alarm, if that came before the log was full.
        daemon.Start();
        await TestCluster.EventuallySaysAsync(daemon, "ready to serve client requests");
        var found = await new EtcdCtl("3.5", daemon).LinesAsync("get", "k", "--prefix", "--keys-only");
        Assert.True(found.Length >= written, $"{written} writes were acknowledged, {found.Length} are there");
    }

    /// <summary>Writes keys of 100 KB, one after the other; returns how many were acknowledged.</summary>
    private static async Task<int> WriteUntilRefusedAsync(Daemon daemon, int keys)
    {
        await using var session = new Differential.Session(daemon.ClientUrl);
        var value = Google.Protobuf.ByteString.CopyFrom(new byte[100_000]);
        for (var n = 0; n < keys; n++)
        {
            try
            {
                var put = new Api.PutRequest { Key = Google.Protobuf.ByteString.CopyFromUtf8($"k{n:d4}"), Value = value };
                await session.Kv.PutAsync(put, deadline: DateTime.UtcNow.AddSeconds(10));
            }
            catch (Grpc.Core.RpcException)
            {
                await daemon.WaitForExitAsync(TimeSpan.FromSeconds(5));
                return n;
            }
        }

        return keys;
    }
}

using EtcdEdge.Api;
using EtcdEdge.Configuration;
using Google.Protobuf;
using Grpc.Core;
using Xunit;

namespace EtcdEdge.Server.Tests.Auth;

/// <summary>A whole server with auth on: root, and alice, who may read and write the keys from "a" to "b". Its data can be started again.</summary>
internal sealed class GuardedServer : IAsyncDisposable
{
    public const string RootPassword = "the-root-secret";
    public const string AlicePassword = "the-alice-secret";
    private readonly TemporaryDirectory _directory;

    private GuardedServer(TemporaryDirectory directory, RunningServer running) => (_directory, Running) = (directory, running);

    public RunningServer Running { get; private set; }

    public string Data => _directory.Data;

    public string Root { get; private set; } = "";

    public string Alice { get; private set; } = "";

    public EtcdEdge.Api.Auth.AuthClient Auth => new(Running.Channel);

    public KV.KVClient Kv => new(Running.Channel);

    public EtcdEdge.Api.Lease.LeaseClient Lease => new(Running.Channel);

    public static async Task<GuardedServer> StartAsync()
    {
        var directory = new TemporaryDirectory();
        var guarded = new GuardedServer(directory, await StartAsync(directory));
        await guarded.EnableAsync();
        await guarded.AuthenticateAsync();
        return guarded;
    }

    /// <summary>Stops the server and starts it again on its data.</summary>
    /// <param name="stopped">What to do with the data meanwhile.</param>
    public async Task RestartAsync(Action? stopped = null)
    {
        await Running.DisposeAsync();
        stopped?.Invoke();
        Running = await StartAsync(_directory);
    }

    public async Task AuthenticateAsync() => (Root, Alice) = (await TokenAsync("root", RootPassword), await TokenAsync("alice", AlicePassword));

    public async Task<string> TokenAsync(string name, string password) =>
        (await Auth.AuthenticateAsync(new AuthenticateRequest { Name = name, Password = password }, cancellationToken: Cancel)).Token;

    public static CallOptions As(string token) => new(new Metadata { { "token", token } }, cancellationToken: Cancel);

    public async ValueTask DisposeAsync()
    {
        await Running.DisposeAsync();
        _directory.Dispose();
    }

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private static Task<RunningServer> StartAsync(TemporaryDirectory directory) =>
        RunningServer.StartAsync(directory.Data, options => options with { Auth = new AuthOptions { BcryptCost = 4 } });

    private async Task EnableAsync()
    {
        var auth = Auth;
        await auth.UserAddAsync(new AuthUserAddRequest { Name = "root", Password = RootPassword }, cancellationToken: Cancel);
        await auth.UserGrantRoleAsync(new AuthUserGrantRoleRequest { User = "root", Role = "root" }, cancellationToken: Cancel);
        await auth.UserAddAsync(new AuthUserAddRequest { Name = "alice", Password = AlicePassword }, cancellationToken: Cancel);
        await auth.RoleAddAsync(new AuthRoleAddRequest { Name = "a" }, cancellationToken: Cancel);
        await auth.RoleGrantPermissionAsync(new AuthRoleGrantPermissionRequest { Name = "a", Perm = PermissionOnA() }, cancellationToken: Cancel);
        await auth.UserGrantRoleAsync(new AuthUserGrantRoleRequest { User = "alice", Role = "a" }, cancellationToken: Cancel);
        await auth.AuthEnableAsync(new AuthEnableRequest(), cancellationToken: Cancel);
    }

    private static Permission PermissionOnA() =>
        new() { PermType = Permission.Types.Type.Readwrite, Key = ByteString.CopyFromUtf8("a"), RangeEnd = ByteString.CopyFromUtf8("b") };
}

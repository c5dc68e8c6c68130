using EtcdEdge.Api;
using Google.Protobuf;
using Grpc.Core;

namespace EtcdEdge.Bench.Compare;

/// <summary>What users, the JSON gateway and scrapes cost.</summary>
internal static class Operations
{
    private const int ValueBytes = 512;
    private const int Puts = 30_000;
    private const int Ranges = 80_000;
    private const string Root = "root";

    public static IReadOnlyList<Scenario> All { get; } =
    [
        new("auth", Both(call => Measure.AtMost(1.2, $"CPU per {call} with auth ÷ without", "")), AuthAsync),
        new("gateway", Both(call => Measure.RatioAtLeast(2, $"{call} by the JSON gateway", "1/s")), GatewayAsync),
        new("scrape", [Measure.AtMost(5, "CPU per scrape of /metrics", "ms")], ScrapeAsync),
    ];

    private static Measure[] Both(Func<string, Measure> measureOf) => [measureOf("put"), measureOf("range")];

    private static async Task<double[]> AuthAsync(Target target)
    {
        var put = Requests.Framed(new PutRequest { Key = Requests.Key, Value = Requests.Value(ValueBytes) });
        var range = Requests.Framed(new RangeRequest { Key = Requests.Key });
        await AddUserAsync(target);
        Task<double> PutsAsync(string? token) => CpuPerCallAsync(target, Requests.PutPath, put, Puts, token);
        Task<double> RangesAsync(string? token) => CpuPerCallAsync(target, Requests.RangePath, range, Ranges, token);
        await PutsAsync(null);
        await RangesAsync(null);
        var (putOff, rangeOff) = (await PutsAsync(null), await RangesAsync(null));
        await target.Auth.AuthEnableAsync(new AuthEnableRequest());
        var token = (await target.Auth.AuthenticateAsync(new AuthenticateRequest { Name = "writer", Password = "pw" })).Token;
        var before = await RevisionAsync(target, token);
        var (putOn, rangeOn) = (await PutsAsync(token), await RangesAsync(token));
        var written = await RevisionAsync(target, token) - before;
        return written == target.Count(Puts)
            ? [putOn / putOff, rangeOn / rangeOff]
            : throw new InvalidOperationException($"{target.Count(Puts)} puts with auth were answered, {written} were done");
    }

    /// <summary>A user who may write what the scenario writes, beside the root that etcd wants.</summary>
    private static async Task AddUserAsync(Target target)
    {
        await target.Auth.UserAddAsync(new AuthUserAddRequest { Name = Root, Password = "pw" });
        await target.Auth.UserGrantRoleAsync(new AuthUserGrantRoleRequest { User = Root, Role = await AddRoleAsync(target, Root) });
        await target.Auth.UserAddAsync(new AuthUserAddRequest { Name = "writer", Password = "pw" });
        await target.Auth.UserGrantRoleAsync(new AuthUserGrantRoleRequest { User = "writer", Role = await AddRoleAsync(target, "writes") });
        var (from, to) = (ByteString.CopyFromUtf8("/"), ByteString.CopyFromUtf8("0"));
        var everything = new Permission { PermType = Permission.Types.Type.Readwrite, Key = from, RangeEnd = to };
        await target.Auth.RoleGrantPermissionAsync(new AuthRoleGrantPermissionRequest { Name = "writes", Perm = everything });
    }

    private static async Task<string> AddRoleAsync(Target target, string name)
    {
        await target.Auth.RoleAddAsync(new AuthRoleAddRequest { Name = name });
        return name;
    }

    private static async Task<double> CpuPerCallAsync(Target target, string path, byte[] body, int fullCount, string? token)
    {
        var cpu = target.CpuMicroseconds;
        await H2Load.RunAsync(target.Daemon, path, body, target.Count(fullCount), 8, 8, token);
        return (target.CpuMicroseconds - cpu) / target.Count(fullCount);
    }

    private static async Task<long> RevisionAsync(Target target, string token) =>
        (await target.Kv.RangeAsync(new RangeRequest { Key = Requests.Key }, new Metadata { { "token", token } })).Header.Revision;

    private static async Task<double[]> GatewayAsync(Target target)
    {
        const int connections = 64;
        var (key, value) = (Requests.Key.ToBase64(), Requests.Value(ValueBytes).ToBase64());
        var (put, range) = ($$"""{"key":"{{key}}","value":"{{value}}"}""", $$"""{"key":"{{key}}"}""");
        var calls = target.Count(20_000);
        await H2Load.JsonAsync(target.Daemon, "/v3/kv/put", put, calls / 5, connections);
        var before = await target.RevisionAsync();
        var puts = await H2Load.JsonAsync(target.Daemon, "/v3/kv/put", put, calls, connections);
        var written = await target.RevisionAsync() - before;
        await H2Load.JsonAsync(target.Daemon, "/v3/kv/range", range, calls / 5, connections);
        var ranges = await H2Load.JsonAsync(target.Daemon, "/v3/kv/range", range, calls, connections);
        return written == calls ? [puts, ranges] : throw new InvalidOperationException($"{calls} puts were answered, {written} were done");
    }

    private static async Task<double[]> ScrapeAsync(Target target)
    {
        const int scrapes = 100;
        await Scenarios.PutAsync(target, 10_000, 8, 8);
        using var client = new HttpClient();
        var url = new Uri(target.Daemon.ClientUrl + "/metrics");
        for (var i = 0; i < scrapes / 5; i++)
        {
            await client.GetStringAsync(url);
        }

        var cpu = target.CpuMicroseconds;
        for (var i = 0; i < scrapes; i++)
        {
            await client.GetStringAsync(url);
        }

        return [(target.CpuMicroseconds - cpu) / scrapes / 1_000];
    }
}

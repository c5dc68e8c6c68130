using EtcdEdge.Api;
using EtcdEdge.Cli.Ctl.Client;
using Grpc.Core;

namespace EtcdEdge.Cli.Ctl.Session;

/// <summary>The endpoints that a command visits one after the other: those of --endpoints, or with --cluster those of all members.</summary>
internal static class ClusterEndpoints
{
    public static CliFlag Flag { get; } = new("cluster", "", "use all endpoints from the cluster member list");

    /// <summary>The settings of a client for each endpoint.</summary>
    /// <exception cref="CliFailure">When the list of members cannot be read.</exception>
    public static async Task<ClientSettings[]> EachAsync(CtlSession session)
    {
        var settings = session.Settings();
        var endpoints = session.Call.IsOn("cluster") ? await MembersAsync(session, settings) : settings.Endpoints;
        return [.. endpoints.Select(endpoint => settings with { Endpoints = [endpoint] })];
    }

    private static async Task<string[]> MembersAsync(CtlSession session, ClientSettings settings)
    {
        using var client = await session.ConnectAsync(settings);
        try
        {
            var response = await client.Cluster.MemberListAsync(new MemberListRequest { Linearizable = true }, session.Fresh());
            return [.. response.Members.SelectMany(member => member.ClientURLs)];
        }
        catch (RpcException failure)
        {
            CallFailure.ReportTrouble(client, failure);
            throw new CliFailure(CliFailure.Error, $"failed to fetch endpoints from etcd cluster member list: {CallFailure.Text(failure)}");
        }
    }
}

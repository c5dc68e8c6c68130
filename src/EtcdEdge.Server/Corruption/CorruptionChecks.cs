using EtcdEdge.Configuration;
using EtcdEdge.Peers;
using EtcdEdge.Server.Node;
using Microsoft.Extensions.Logging;

namespace EtcdEdge.Server.Corruption;

/// <summary>The three comparisons between members that the options enable, each at its time.</summary>
internal sealed class CorruptionChecks
{
    private readonly IEtcdNode _node;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly InitialCheck? _initial;
    private readonly PeriodicCheck _periodic;
    private readonly CompactHashCheck? _compactHash;
    private readonly CorruptionOptions _options;

    public CorruptionChecks(
        IEtcdNode node, Func<ulong, PeerCallKind, ReadOnlyMemory<byte>, TimeSpan, CancellationToken, Task<PeerAnswer>> call, ServerOptions options,
        TimeProvider time, ILogger logger)
    {
        (_node, _time, _logger, _options) = (node, time, logger, options.Corruption);
        var peers = new PeerHashes(node, call, options.Raft.RequestTimeout);
        var alarm = new CorruptAlarm(node, logger);
        _periodic = new PeriodicCheck(node, peers, alarm, logger);
        _initial = options.FeatureGates.IsEnabled("InitialCorruptCheck") ? new InitialCheck(node, peers, logger) : null;
        _compactHash = options.FeatureGates.IsEnabled("CompactHashCheck") ? new CompactHashCheck(node, peers, alarm, logger) : null;
    }

    /// <summary>At start, once the other members can be called.</summary>
    /// <param name="hadData">A new member has nothing to compare (etcd server/embed/etcd.go, memberInitialized).</param>
    /// <param name="cancel">Aborts the start.</param>
    /// <exception cref="Common.StartException">The other members hold other data.</exception>
    public Task InitialAsync(bool hadData, CancellationToken cancel) => hadData && _initial is { } check ? check.RunAsync(cancel)
        : Task.CompletedTask;

    /// <summary>Ends when the server stops.</summary>
    public Task RunAsync(CancellationToken cancel) => Task.WhenAll(
        _options.CheckInterval > TimeSpan.Zero ? RepeatAsync(_options.CheckInterval, _periodic.RunAsync, cancel) : Task.CompletedTask,
        _compactHash is { } check ? RepeatAsync(_options.CompactHashInterval, check.RunAsync, cancel) : Task.CompletedTask);

    private async Task RepeatAsync(TimeSpan interval, Func<CancellationToken, Task> check, CancellationToken cancel)
    {
        _logger.CorruptionCheckEnabled(MemberText.Of(_node.MemberId), interval);
        using var timer = new PeriodicTimer(interval, _time);
        while (await timer.WaitForNextTickAsync(cancel))
        {
            if (_node.Status.IsLeader)
            {
                await check(cancel);
            }
        }
    }
}

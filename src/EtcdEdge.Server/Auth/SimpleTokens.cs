using System.Collections.Concurrent;
using System.Globalization;
using EtcdEdge.Base.Cryptography;
using EtcdEdge.Server.Common;
using EtcdEdge.StateMachine.Auth;
using EtcdEdge.StateMachine.Model;

namespace EtcdEdge.Server.Auth;

/// <summary>
/// Tokens assigned by the log, "random.index", so that every member has them. They expire when they have not been used for their time to live, by
/// this member's clock, and with the process (etcd server/auth/simple_token.go). Assigned by the node loop, looked up by any thread.
/// </summary>
/// <param name="authRevision">The newest auth revision, which all simple tokens have.</param>
/// <param name="appliedIndex">The applied index of this member.</param>
/// <param name="ttl">--auth-token-ttl.</param>
/// <param name="patience">How long a token may take to arrive here: the request timeout.</param>
/// <param name="time">The clock.</param>
internal sealed class SimpleTokens(Func<ulong> authRevision, Func<ulong> appliedIndex, TimeSpan ttl, TimeSpan patience, TimeProvider time)
    : ITokenProvider, IAuthTokens
{
    private readonly ConcurrentDictionary<string, SimpleToken> _tokens = new(StringComparer.Ordinal);
    private readonly long _ttlMs = (long)ttl.TotalMilliseconds;
    private long _nextSweepMs;

    /// <summary>The last entry of the log at the start: tokens assigned up to it ended with the previous process.</summary>
    public ulong LastReplayedIndex { get; init; }

    public string NewTokenPrefix() => SecureRandom.Text(AuthLimits.SimpleTokenLetters);

    public string TokenOf(string assigned, string username, ulong revision) => assigned;

    public ValueTask<AuthInfo> IdentifyAsync(string token, CancellationToken cancel)
    {
        var who = Find(token);
        return who.IsNone && TryGetIndex(token, out var index) && index > appliedIndex()
            ? new ValueTask<AuthInfo>(AwaitAsync(token, index, cancel))
            : ValueTask.FromResult(who);
    }

    public void Assigned(string token, string username)
    {
        if (TryGetIndex(token, out var index) && index <= LastReplayedIndex)
        {
            return;
        }

        var nowMs = time.MonotonicMs();
        if (nowMs >= _nextSweepMs || _tokens.Count >= AuthLimits.SimpleTokens)
        {
            _nextSweepMs = nowMs + AuthLimits.TokenSweepMs;
            MakeRoom(nowMs);
        }

        _tokens[token] = new SimpleToken(username) { EndMs = nowMs + _ttlMs };
    }

    public void Invalidate(string username)
    {
        foreach (var (token, entry) in _tokens)
        {
            if (entry.Username == username)
            {
                _tokens.TryRemove(token, out _);
            }
        }
    }

    public void InvalidateAll() => _tokens.Clear();

    /// <summary>A token that is used starts its time again.</summary>
    private AuthInfo Find(string token)
    {
        var nowMs = time.MonotonicMs();
        if (!_tokens.TryGetValue(token, out var entry) || entry.EndMs <= nowMs)
        {
            return AuthInfo.None;
        }

        entry.EndMs = nowMs + _ttlMs;
        return new AuthInfo(entry.Username, authRevision());
    }

    // The client was authenticated by another member and has come here before the entry has.
    private async Task<AuthInfo> AwaitAsync(string token, ulong index, CancellationToken cancel)
    {
        var untilMs = time.MonotonicMs() + (long)patience.TotalMilliseconds;
        while (appliedIndex() < index && time.MonotonicMs() < untilMs)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(AuthLimits.TokenArrivalPollMs), time, cancel);
        }

        return Find(token);
    }

    private void MakeRoom(long nowMs)
    {
        var (first, firstEndMs) = ("", long.MaxValue);
        foreach (var (token, entry) in _tokens)
        {
            if (entry.EndMs <= nowMs)
            {
                _tokens.TryRemove(token, out _);
            }
            else if (entry.EndMs < firstEndMs)
            {
                (first, firstEndMs) = (token, entry.EndMs);
            }
        }

        if (_tokens.Count >= AuthLimits.SimpleTokens)
        {
            _tokens.TryRemove(first, out _);
        }
    }

    private static bool TryGetIndex(string token, out ulong index)
    {
        var dot = token.IndexOf('.', StringComparison.Ordinal);
        index = 0;
        return dot >= 0 && ulong.TryParse(token.AsSpan(dot + 1), NumberStyles.None, CultureInfo.InvariantCulture, out index);
    }
}

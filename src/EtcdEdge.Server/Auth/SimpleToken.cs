namespace EtcdEdge.Server.Auth;

/// <summary>One simple token: whose it is and until when, in milliseconds of the monotonic clock.</summary>
internal sealed class SimpleToken(string username)
{
    private long _endMs;

    public string Username { get; } = username;

    public long EndMs
    {
        get => Volatile.Read(ref _endMs);
        set => Volatile.Write(ref _endMs, value);
    }
}

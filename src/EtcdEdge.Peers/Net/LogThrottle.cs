namespace EtcdEdge.Peers.Net;

/// <summary>Keeps lines that would repeat with every attempt to one in <see cref="NetLimits.RefusalLogInterval"/>. Any thread.</summary>
public sealed class LogThrottle(TimeProvider time)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, long> _said = [];

    /// <summary>Whether <paramref name="line"/> was not logged recently.</summary>
    public bool Ask(string line)
    {
        lock (_lock)
        {
            if (_said.TryGetValue(line, out var at) && time.GetElapsedTime(at) < NetLimits.RefusalLogInterval)
            {
                return false;
            }

            if (_said.Count >= NetLimits.RefusalsRemembered)
            {
                _said.Clear();
            }

            _said[line] = time.GetTimestamp();
            return true;
        }
    }
}

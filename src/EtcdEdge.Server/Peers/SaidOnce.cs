namespace EtcdEdge.Server.Peers;

/// <summary>Keeps lines that would repeat with every attempt to one in <see cref="Limits.RefusalLogInterval"/>. Any thread.</summary>
internal sealed class SaidOnce(TimeProvider time)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, long> _said = [];

    /// <summary>Whether <paramref name="line"/> was not said lately.</summary>
    public bool Ask(string line)
    {
        lock (_lock)
        {
            if (_said.TryGetValue(line, out var at) && time.GetElapsedTime(at) < Limits.RefusalLogInterval)
            {
                return false;
            }

            if (_said.Count >= Limits.RefusalsRemembered)
            {
                _said.Clear();
            }

            _said[line] = time.GetTimestamp();
            return true;
        }
    }
}

using EtcdEdge.StateMachine.Model;

namespace EtcdEdge.StateMachine.Mvcc;

/// <summary>Walks a history upwards: <c>foreach (var record in root.History.From(revision))</c>. Allocates nothing.</summary>
public struct HistoryCursor
{
    private readonly History _history;
    private int _chunk;
    private int _next;

    internal HistoryCursor(History history, int chunk, int next)
    {
        _history = history;
        _chunk = chunk;
        _next = next;
    }

    public readonly HistoryCursor GetEnumerator() => this;

    /// <summary>Valid after <see cref="MoveNext"/> returned true.</summary>
    public readonly Record Current => _history.Chunk(_chunk)[_next - 1];

    public bool MoveNext()
    {
        while (_next >= _history.Chunk(_chunk).Length)
        {
            if (_chunk == _history.ChunkCount - 1)
            {
                return false;
            }

            _chunk++;
            _next = 0;
        }

        _next++;
        return true;
    }
}

namespace EtcdEdge.Simulation.Checkers;

/// <summary>A set of small numbers, compared by content.</summary>
internal sealed class BitString : IEquatable<BitString>
{
    private readonly ulong[] _words;

    public BitString(int count) => _words = new ulong[(count + 63) / 64];

    private BitString(ulong[] words) => _words = words;

    public bool this[int index] => (_words[index >> 6] >> (index & 63) & 1) != 0;

    public void Set(int index, bool value)
    {
        var bit = 1UL << (index & 63);
        _words[index >> 6] = value ? _words[index >> 6] | bit : _words[index >> 6] & ~bit;
    }

    public BitString Copy() => new((ulong[])_words.Clone());

    public bool Equals(BitString? other) => other is not null && _words.AsSpan().SequenceEqual(other._words);

    public override bool Equals(object? obj) => Equals(obj as BitString);

    public override int GetHashCode()
    {
        ulong hash = 0;
        foreach (var word in _words)
        {
            hash = (hash ^ word) * 0x9E3779B97F4A7C15;
        }

        return (int)(hash >> 32);
    }
}

using System.Globalization;

namespace EtcdEdge.Simulation.World;

/// <summary>
/// What happened, folded into one number: two runs of a seed that differ anywhere end with different hashes. With a printer it is also told
/// line by line.
/// </summary>
internal sealed class Trace(VirtualTime time, Action<string>? print)
{
    private const ulong Prime = 0x100000001B3;

    /// <summary>FNV-1a over everything noted so far.</summary>
    public ulong Hash { get; private set; } = 0xCBF29CE484222325;

    /// <summary>Notes one event: what it is, whom it concerns, and up to three numbers.</summary>
    public void Note(string what, int member, long a = 0, long b = 0, long c = 0)
    {
        foreach (var letter in what)
        {
            Fold(letter);
        }

        Fold(time.NowUs);
        Fold(member);
        Fold(a);
        Fold(b);
        Fold(c);
        if (print is not null)
        {
            var who = member < 0 ? "-" : $"m{member + 1}";
            print(string.Create(CultureInfo.InvariantCulture, $"{time.NowUs / 1e6,10:F6} {who,-3} {what} {a} {b} {c}"));
        }
    }

    /// <summary>Tells the reader more than the hash needs to know.</summary>
    public void Explain(string text) => print?.Invoke($"           {text}");

    private void Fold(long value)
    {
        Hash = (Hash ^ (ulong)value) * Prime;
        Hash ^= Hash >> 29;
    }
}

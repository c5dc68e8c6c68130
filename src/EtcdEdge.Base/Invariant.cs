using System.Diagnostics.CodeAnalysis;

namespace EtcdEdge.Base;

/// <summary>The one way to state what must be true. Stays on in Release: a member that broke a rule of Raft must stop, not guess.</summary>
public static class Invariant
{
    /// <summary>Throws <see cref="InvariantException"/> naming <paramref name="why"/> unless <paramref name="condition"/> holds.</summary>
    public static void Require([DoesNotReturnIf(false)] bool condition, string why)
    {
        if (!condition)
        {
            throw new InvariantException(why);
        }
    }
}

using CsCheck;

namespace EtcdEdge.Ctl.Tests;

/// <summary>Pieces of text that generated lines consist of.</summary>
internal static class Pieces
{
    public static Gen<string> Of(params string[] pieces) => Gen.Int[0, pieces.Length - 1].Select(index => pieces[index]);
}

namespace EtcdEdge.Structure.Tests.Model;

/// <summary>Fails a test with one line per violation.</summary>
internal static class Violations
{
    /// <param name="violations">Each "file:line: what is wrong, and what to do".</param>
    public static void AssertNone(IEnumerable<string> violations)
    {
        var list = violations.ToList();
        if (list.Count > 0)
        {
            Assert.Fail($"{list.Count} violations:\n{string.Join('\n', list)}");
        }
    }
}

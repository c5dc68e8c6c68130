namespace EtcdEdge.Server.Tests;

/// <summary>Tables of facts beside the tests: tab separated, lines with # are remarks.</summary>
internal static class Fixture
{
    public static IEnumerable<string[]> Rows(string path) =>
        File.ReadLines(Path.Combine(AppContext.BaseDirectory, path)).Where(line => line.Length > 0 && line[0] != '#')
            .Select(line => line.Split('\t'));
}

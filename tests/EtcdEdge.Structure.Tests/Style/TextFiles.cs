using EtcdEdge.Structure.Tests.Model;

namespace EtcdEdge.Structure.Tests.Style;

/// <summary>The tracked text files that persons write.</summary>
internal static class TextFiles
{
    /// <summary>Endings and path parts of files that no rule covers, each with the reason.</summary>
    private static readonly (string Part, string Reason)[] s_exempt =
    [
        (".lock.json", "written by the restore"),
        (".sln", "written by dotnet sln"),
        ("/recorded-3.6.txt", "output of etcdctl, byte for byte"),
        ("/testdata/", "output of etcd or of a tool, byte for byte"),
        ("/transcripts/", "output of etcdctl, byte for byte"),
        ("/Protos/", "etcd's service definitions, wrapped and commented as upstream has them"),
    ];

    public static IEnumerable<string> In(Repository repository) =>
        repository.TrackedFiles().Where(file => !s_exempt.Any(exempt => ("/" + file).Contains(exempt.Part)) && IsText(repository, file));

    private static bool IsText(Repository repository, string file) => !File.ReadAllBytes(Path.Combine(repository.Root, file)).Contains((byte)0);
}

namespace EtcdEdge.EndToEnd.Tests.Ctl;

/// <summary>etcdctl under test: a link of that name to the binary under test.</summary>
internal static class CtlBinary
{
    /// <summary>The directory of the link.</summary>
    public static string Directory { get; } = System.IO.Directory.CreateTempSubdirectory("etcdedge-ctl-").FullName;

    public static string File { get; } = Link("etcdctl");

    private static string Link(string name)
    {
        var link = Path.Combine(Directory, name);
        System.IO.File.CreateSymbolicLink(link, Binaries.Server);
        return link;
    }
}

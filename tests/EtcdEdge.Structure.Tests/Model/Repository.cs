using System.Diagnostics;

namespace EtcdEdge.Structure.Tests.Model;

/// <summary>The checked-out repository: its root directory and the files that git tracks or would track.</summary>
internal sealed class Repository(string root)
{
    /// <summary>The directory with EtcdEdge.sln: the environment variable ROOT, or the nearest one above the test's own directory.</summary>
    public static Repository Current { get; } = new(FindRoot());

    public string Root => root;

    /// <summary>The path of <paramref name="file"/> relative to the root, with slashes.</summary>
    public string Relative(string file) => Path.GetRelativePath(root, file);

    public string[] ReadLines(string relative) => File.ReadAllLines(Path.Combine(root, relative));

    /// <summary>Relative paths of the tracked files and of new files that are not ignored, sorted.</summary>
    public IReadOnlyList<string> TrackedFiles()
    {
        var names = Git("ls-files", "-z", "--cached", "--others", "--exclude-standard").Split('\0', StringSplitOptions.RemoveEmptyEntries);
        return [.. names.Where(name => File.Exists(Path.Combine(root, name))).Distinct().Order(StringComparer.Ordinal)];
    }

    private string Git(params string[] arguments)
    {
        using var git = Process.Start(new ProcessStartInfo("git", arguments) { WorkingDirectory = root, RedirectStandardOutput = true })
            ?? throw new InvalidOperationException("git does not start");
        var output = git.StandardOutput.ReadToEnd();
        git.WaitForExit();
        return git.ExitCode == 0 ? output : throw new InvalidOperationException($"git {arguments[0]} failed in {root}");
    }

    private static string FindRoot()
    {
        var given = Environment.GetEnvironmentVariable("ROOT");
        if (!string.IsNullOrEmpty(given))
        {
            return Path.GetFullPath(given);
        }

        var directory = new DirectoryInfo(AppContext.BaseDirectory);
        while (directory is not null && !File.Exists(Path.Combine(directory.FullName, "EtcdEdge.sln")))
        {
            directory = directory.Parent;
        }

        return directory?.FullName ?? throw new InvalidOperationException($"no EtcdEdge.sln above {AppContext.BaseDirectory}");
    }
}

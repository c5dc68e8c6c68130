using System.Text.RegularExpressions;
using EtcdEdge.Testing;
using Xunit;

namespace EtcdEdge.EndToEnd.Tests;

// What the README shows is what happens: each `$ command` of its console blocks is run against a daemon, in order, and must print what stands below
// it. "..." in the expected output stands for anything on that line. The scripts themselves are only looked for: scripts/test, which runs this, has
// run them.
public sealed class ReadmeTests
{
    [Fact]
    public async Task Every_command_of_the_readme_prints_what_the_readme_shows()
    {
        await using var daemon = new Daemon(Binaries.Server);
        await daemon.StartAsync();
        var commands = Commands(await File.ReadAllTextAsync(Path.Combine(Binaries.Root, "README.md"), TestContext.Current.CancellationToken))
            .ToArray();
        Assert.Contains(commands, command => command.Line.StartsWith("etcdctl get", StringComparison.Ordinal));
        foreach (var (line, expected) in commands)
        {
            if (line.StartsWith("scripts/", StringComparison.Ordinal))
            {
                Assert.True(File.Exists(Path.Combine(Binaries.Root, line.Split(' ')[0])), $"README.md shows {line}, which is not there");
                continue;
            }

            await RunAndCompareAsync(daemon, line, expected);
        }
    }

    private static async Task RunAndCompareAsync(Daemon daemon, string line, string expected)
    {
        var port = $"127.0.0.1:{daemon.ClientPort}";
        var script = $"export ETCDCTL_ENDPOINTS={port} PATH={Path.GetDirectoryName(Binaries.Etcd)}:$PATH; {line} 2>&1".Replace("127.0.0.1:2379",
            port);
        var done = await Command.RunAsync("bash", ["-c", script]);
        var pattern = Regex.Escape(expected.Replace("127.0.0.1:2379", port).TrimEnd()).Replace(@"\.\.\.", ".*");
        Assert.True(
            done.ExitCode == 0 && Regex.IsMatch(done.Output.TrimEnd(), $"^{pattern}$"),
            $"README.md shows\n$ {line}\n{expected}\nbut it printed, with exit code {done.ExitCode},\n{done.Output}{done.Error}");
    }

    private static IEnumerable<(string Line, string Expected)> Commands(string readme)
    {
        foreach (Match block in Regex.Matches(readme, "^```console\n(.*?)^```", RegexOptions.Multiline | RegexOptions.Singleline))
        {
            string? line = null;
            var expected = new List<string>();
            foreach (var text in block.Groups[1].Value.Split('\n'))
            {
                if (!text.StartsWith("$ ", StringComparison.Ordinal))
                {
                    expected.Add(text);
                    continue;
                }

                if (line is not null)
                {
                    yield return (line, string.Join('\n', expected));
                }

                (line, expected) = (text[2..], []);
            }

            if (line is not null)
            {
                yield return (line, string.Join('\n', expected));
            }
        }
    }
}

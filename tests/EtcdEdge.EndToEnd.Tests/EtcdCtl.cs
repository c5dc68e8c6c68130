using EtcdEdge.Testing;

namespace EtcdEdge.EndToEnd.Tests;

/// <summary>Real etcdctl of one version against one server.</summary>
internal sealed class EtcdCtl(string version, Daemon daemon)
{
    /// <summary>The program and its arguments.</summary>
    public string[] CommandLine(params string[] arguments) => [Binaries.EtcdCtl(version), $"--endpoints={daemon.ClientUrl}", .. arguments];

    /// <summary>Runs a command that may fail, with <paramref name="input"/> on its stdin.</summary>
    public Task<Command> TryAsync(string input, params string[] arguments) => Command.RunAsync(CommandLine()[0], CommandLine(arguments)[1..], input);

    /// <summary>Runs a command that must succeed; returns its stdout.</summary>
    public Task<string> RunAsync(params string[] arguments) =>
        Command.OutputOfAsync(CommandLine()[0], CommandLine(arguments)[1..]);

    /// <summary>As <see cref="RunAsync"/>, by lines.</summary>
    public async Task<string[]> LinesAsync(params string[] arguments) =>
        (await RunAsync(arguments)).Split('\n', StringSplitOptions.RemoveEmptyEntries);
}

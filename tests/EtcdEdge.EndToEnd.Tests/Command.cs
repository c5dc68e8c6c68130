using System.Diagnostics;

namespace EtcdEdge.EndToEnd.Tests;

/// <summary>What a finished command left.</summary>
internal sealed record Command(int ExitCode, string Output, string Error)
{
    /// <summary>Runs a command to its end, with <paramref name="input"/> on its stdin.</summary>
    public static async Task<Command> RunAsync(string file, IEnumerable<string> arguments, string input = "")
    {
        var info = new ProcessStartInfo(file, arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        info.Environment["ETCDCTL_API"] = "3";
        using var process = Process.Start(info)!;
        var output = process.StandardOutput.ReadToEndAsync();
        var error = process.StandardError.ReadToEndAsync();
        await process.StandardInput.WriteAsync(input);
        process.StandardInput.Close();
        await process.WaitForExitAsync(Xunit.TestContext.Current.CancellationToken);
        return new Command(process.ExitCode, await output, await error);
    }

    /// <summary>Runs a command that must succeed; returns its output.</summary>
    public static async Task<string> OutputOfAsync(string file, params string[] arguments)
    {
        var done = await RunAsync(file, arguments);
        Xunit.Assert.True(done.ExitCode == 0, $"{file} {string.Join(' ', arguments)}: exit code {done.ExitCode}\n{done.Output}{done.Error}");
        return done.Output;
    }
}

using System.ComponentModel;
using System.Diagnostics;
using EtcdEdge.Cli.Ctl.Common;

namespace EtcdEdge.Cli.Ctl.Session;

/// <summary>Commands that a watch or a lock runs. They have the standard streams of this process.</summary>
internal static class ChildProcess
{
    private const int SignalBase = 128;

    /// <summary>Runs a command to its end.</summary>
    /// <returns>Its exit code, and in Go's words why it failed; null for a success.</returns>
    public static (int ExitCode, string? Problem) Run(string[] command, Dictionary<string, string> environment)
    {
        CtlConsole.Out.Flush();
        var start = new ProcessStartInfo(command[0], command[1..]) { UseShellExecute = false };
        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        try
        {
            using var process = Process.Start(start)!;
            process.WaitForExit();
            return (process.ExitCode, process.ExitCode switch
            {
                0 => null,
                > SignalBase => $"signal: {process.ExitCode - SignalBase}",
                var code => $"exit status {code}",
            });
        }
        catch (Win32Exception missing)
        {
            var isName = !command[0].Contains('/', StringComparison.Ordinal);
            return (CliFailure.Error, isName ? $"exec: {GoText.Quote(command[0])}: executable file not found in $PATH"
                : $"fork/exec {command[0]}: {(File.Exists(command[0]) ? missing.Message : "no such file or directory")}");
        }
    }
}

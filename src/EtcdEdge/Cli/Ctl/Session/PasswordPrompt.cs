using System.Runtime.InteropServices;
using EtcdEdge.Cli.Ctl.Common;

namespace EtcdEdge.Cli.Ctl.Session;

/// <summary>Reads a password from stdin; a terminal does not show it.</summary>
internal static unsafe partial class PasswordPrompt
{
    private const int StandardInput = 0;
    private const int LocalFlags = 3;
    private const uint Echo = 8;

    /// <summary>Words of glibc's termios: four of flags, then the control characters and speeds.</summary>
    private const int TermiosWords = 16;

    /// <exception cref="CliFailure">When stdin has ended.</exception>
    public static string Ask(string prompt)
    {
        CtlConsole.Out.Write(prompt);
        CtlConsole.Out.Flush();
        var password = ReadSilently();
        CtlConsole.Out.WriteLine();
        CtlConsole.Out.Flush();
        return password ?? throw new CliFailure(CliFailure.Error, "EOF");
    }

    private static string? ReadSilently()
    {
        var saved = stackalloc uint[TermiosWords];
        if (GetAttributes(StandardInput, saved) != 0)
        {
            return CtlConsole.In.ReadLastLine()?.TrimEnd('\r');
        }

        var silent = stackalloc uint[TermiosWords];
        new ReadOnlySpan<uint>(saved, TermiosWords).CopyTo(new Span<uint>(silent, TermiosWords));
        silent[LocalFlags] &= ~Echo;
        var copy = new ReadOnlySpan<uint>(saved, TermiosWords).ToArray();
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, _ => Restore(copy));
        _ = SetAttributes(StandardInput, 0, silent);
        try
        {
            return CtlConsole.In.ReadLastLine()?.TrimEnd('\r');
        }
        finally
        {
            Restore(copy);
        }
    }

    private static void Restore(uint[] attributes)
    {
        fixed (uint* saved = attributes)
        {
            _ = SetAttributes(StandardInput, 0, saved);
        }
    }

    [LibraryImport("libc", EntryPoint = "tcgetattr")]
    private static partial int GetAttributes(int descriptor, uint* attributes);

    [LibraryImport("libc", EntryPoint = "tcsetattr")]
    private static partial int SetAttributes(int descriptor, int when, uint* attributes);
}

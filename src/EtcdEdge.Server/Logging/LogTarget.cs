using Microsoft.Extensions.Logging;

namespace EtcdEdge.Server.Logging;

/// <summary>
/// One place where lines go. Lines for the journal carry sd-daemon(3)'s &lt;N&gt; priority, which systemd strips; so the journal shows
/// warnings as warnings without a protocol of its own.
/// </summary>
internal sealed class LogTarget(Stream stream, bool forJournal) : IDisposable
{
    /// <summary>Opens an output by its name in --log-outputs.</summary>
    public static LogTarget Open(string name) => name switch
    {
        "default" => new(Console.OpenStandardError(), StderrIsTheJournal()),
        "stderr" => new(Console.OpenStandardError(), forJournal: false),
        "stdout" => new(Console.OpenStandardOutput(), forJournal: false),
        "systemd/journal" => new(Console.OpenStandardError(), forJournal: true),
        _ => new(OpenFile(name), forJournal: false),
    };

    public void Write(LogLevel level, ReadOnlySpan<byte> line)
    {
        try
        {
            if (forJournal && !line.IsEmpty)
            {
                stream.Write([.. Priority(level), .. line]);
            }
            else
            {
                stream.Write(line);
            }

            stream.Flush();
        }
        catch (IOException)
        {
            // A full disk or a closed pipe loses the line; there is no other output to report it to.
            return;
        }
    }

    public void Dispose() => stream.Dispose();

    /// <summary>Appends, as one write per line, so that logrotate's copytruncate and a second reader work.</summary>
    private static FileStream OpenFile(string path)
    {
        try
        {
            return new FileStream(path, FileMode.Append, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new IOException($"--log-outputs {path} cannot be opened: {error.Message}", error);
        }
    }

    private static ReadOnlySpan<byte> Priority(LogLevel level) => level switch
    {
        LogLevel.Trace or LogLevel.Debug => "<7>"u8,
        LogLevel.Warning => "<4>"u8,
        LogLevel.Error => "<3>"u8,
        LogLevel.Critical => "<2>"u8,
        _ => "<6>"u8,
    };

    /// <summary>
    /// systemd identifies the journal's socket by device:inode; the inode is also in the descriptor's link (systemd.exec(5) JOURNAL_STREAM).
    /// </summary>
    private static bool StderrIsTheJournal()
    {
        var journal = Environment.GetEnvironmentVariable("JOURNAL_STREAM");
        var inode = journal is null ? null : journal[(journal.IndexOf(':', StringComparison.Ordinal) + 1)..];
        return inode is { Length: > 0 } && new FileInfo("/proc/self/fd/2").LinkTarget == $"socket:[{inode}]";
    }
}

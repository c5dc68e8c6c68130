using EtcdEdge.Snapshots.State;

namespace EtcdEdge.Cli.Utl;

/// <summary>The file a command of etcdutl is about.</summary>
internal static class OneFile
{
    /// <exception cref="CliFailure">There is not exactly one argument, or no such file.</exception>
    public static string Of(CliCall call, string complaint)
    {
        if (call.Arguments is not [var file])
        {
            throw new CliFailure(CliFailure.BadArguments, complaint);
        }

        return File.Exists(file) || Directory.Exists(file) ? file : throw new CliFailure(CliFailure.Error, $"stat {file}: no such file or directory");
    }

    /// <summary>Reads it; what is wrong with it becomes the command's failure.</summary>
    /// <exception cref="CliFailure">It cannot be read.</exception>
    public static T Read<T>(Func<T> read)
    {
        try
        {
            return read();
        }
        catch (ImportException refusal)
        {
            throw new CliFailure(CliFailure.Error, refusal.Message);
        }
    }
}

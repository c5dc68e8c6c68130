using EtcdEdge.Api;
using EtcdEdge.Cli.Ctl.Common;
using EtcdEdge.Cli.Output;
using Grpc.Core;

namespace EtcdEdge.Cli.Ctl.Client;

/// <summary>Writes a member's snapshot to PATH.part, flushes it, and renames it to PATH (etcd client/v3/snapshot).</summary>
internal sealed class SnapshotDownload(EtcdClient client, string path)
{
    /// <summary>A database is a multiple of this; the checksum follows.</summary>
    private const int Sector = 512;
    private const int ChecksumSize = 32;
    private const int FileBuffer = 1 << 20;
    private static readonly TimeSpan s_retryPause = TimeSpan.FromMilliseconds(100);
    private readonly string _part = path + ".part";

    /// <summary>Returns the storage version that the server names; empty before 3.6.</summary>
    /// <exception cref="CliFailure">With the reason, exit code 5; the partial file is removed.</exception>
    public async Task<string> SaveAsync(CallOptions options)
    {
        try
        {
            var version = await DownloadAsync(options);
            File.Move(_part, path, overwrite: true);
            return version;
        }
        catch (RpcException failure)
        {
            CallFailure.ReportTrouble(client, failure);
            throw new CliFailure(CliFailure.Interrupted, CallFailure.Text(failure));
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException && failure is not BrokenPipeException)
        {
            throw new CliFailure(CliFailure.Interrupted, $"could not write {_part} ({failure.Message})");
        }
        finally
        {
            if (File.Exists(_part))
            {
                File.Delete(_part);
            }
        }
    }

    private async Task<string> DownloadAsync(CallOptions options)
    {
        var create = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write, BufferSize = FileBuffer };
        if (!OperatingSystem.IsWindows())
        {
            create.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        await using var file = new FileStream(_part, create);
        using var progress = new TransferProgress(CtlConsole.Error, StandardStream.Error.IsTerminal);
        var version = await ReceiveAsync(file, progress, options);
        if (file.Length % Sector != ChecksumSize)
        {
            throw new CliFailure(CliFailure.Interrupted, $"sha256 checksum not found [bytes: {file.Length}]");
        }

        file.Flush(flushToDisk: true);
        return version;
    }

    private async Task<string> ReceiveAsync(FileStream file, TransferProgress progress, CallOptions options)
    {
        while (true)
        {
            try
            {
                var version = "";
                using var stream = client.Maintenance.Snapshot(new SnapshotRequest(), options);
                while (await stream.ResponseStream.MoveNext(options.CancellationToken))
                {
                    var chunk = stream.ResponseStream.Current;
                    version = chunk.Version.Length > 0 ? chunk.Version : version;
                    file.Write(chunk.Blob.Span);
                    progress.Show(file.Position, (long)chunk.RemainingBytes);
                }

                return version;
            }
            catch (RpcException failure) when (file.Position == 0 && CallFailure.IsUnsent(failure) && !(options.Deadline < DateTime.UtcNow))
            {
                await client.MoveOnAsync(failure, options);
                await Task.Delay(s_retryPause, options.CancellationToken);
            }
        }
    }
}

using EtcdEdge.Cli.Ctl.Client;
using EtcdEdge.Cli.Ctl.Common;
using EtcdEdge.Cli.Ctl.Writers;
using Grpc.Core;

namespace EtcdEdge.Cli.Ctl.Session;

/// <summary>One run of a command: its arguments, the client that the global flags describe, and the output in the wanted format.</summary>
internal sealed class CtlSession(CliCall call) : IDisposable
{
    private EtcdClient? _client;
    private CallOptions? _timed;

    public CliCall Call => call;

    public IReadOnlyList<string> Arguments => call.Arguments;

    public OutputFormat Format { get; } = OutputFormats.Parse(call.Text("write-out"));

    public bool IsHex { get; } = call.IsOn("hex");

    /// <summary>Calls that end with --command-timeout, counted from the first one.</summary>
    public CallOptions Timed => _timed ??= Fresh();

    /// <summary>The client; it has authenticated its user.</summary>
    /// <exception cref="CliFailure">For wrong settings, exit code 128, or a user that the server refuses, exit code 2.</exception>
    public async Task<EtcdClient> ClientAsync() => _client ??= await ConnectAsync(Settings());

    /// <summary>A client of other endpoints or with other settings; the caller disposes of it.</summary>
    /// <exception cref="CliFailure">As <see cref="ClientAsync"/>.</exception>
    public async Task<EtcdClient> ConnectAsync(ClientSettings settings)
    {
        var client = new EtcdClient(settings);
        try
        {
            await client.AuthenticateAsync(Fresh());
            return client;
        }
        catch (RpcException refusal)
        {
            CallFailure.ReportTrouble(client, refusal);
            client.Dispose();
            throw new CliFailure(CliFailure.BadConnection, CallFailure.Text(refusal));
        }
    }

    /// <summary>The client's settings; --debug prints them once.</summary>
    public ClientSettings Settings()
    {
        var settings = GlobalFlags.Settings(call);
        if (call.IsOn("debug"))
        {
            foreach (var flag in GlobalFlags.All.OrderBy(flag => flag.Name, StringComparer.Ordinal))
            {
                var value = flag.Name is "password" or "auth-jwt-token" && call.Text(flag.Name).Length > 0 ? "(hidden)"
                    : flag.Name == "user" ? call.Text(flag.Name).Split(':')[0]
                    : flag.IsList ? $"[{call.Text(flag.Name).Replace(',', ' ')}]"
                    : call.Text(flag.Name);
                CtlConsole.Error.WriteLine($"ETCDCTL_{flag.Name.ToUpperInvariant().Replace('-', '_')}={value}");
            }
        }

        return settings;
    }

    /// <summary>Calls that end with --command-timeout, counted from now.</summary>
    public CallOptions Fresh() => new(deadline: DateTime.UtcNow + call.Duration("command-timeout"));

    public void Print(Report report) => report.Write(CtlConsole.Out, Format, IsHex);

    /// <summary>Runs a command to its exit code.</summary>
    /// <exception cref="CliFailure">With the error line.</exception>
    public static int Run(CliCall call, Func<CtlSession, Task> command) => RunForCode(call, async session =>
    {
        await command(session);
        return 0;
    });

    /// <summary>As <see cref="Run"/>, for a command with an exit code of its own.</summary>
    public static int RunForCode(CliCall call, Func<CtlSession, Task<int>> command)
    {
        using var session = new CtlSession(call);
        try
        {
            return command(session).GetAwaiter().GetResult();
        }
        catch (RpcException failure)
        {
            session.ReportTrouble(failure);
            throw new CliFailure(CliFailure.Error, CallFailure.Text(failure));
        }
    }

    /// <summary>Before the error of a call that found no usable endpoint: why the last one was not.</summary>
    public void ReportTrouble(RpcException failure)
    {
        if (_client is not null)
        {
            CallFailure.ReportTrouble(_client, failure);
        }
    }

    public void Dispose() => _client?.Dispose();
}

using EtcdEdge.Cli.Ctl.Client;

namespace EtcdEdge.Cli.Ctl.Session;

/// <summary>The flags of every command of etcdctl, and the client's settings that follow from them (etcd etcdctl/ctlv3/command/global.go).</summary>
internal static class GlobalFlags
{
    private const int DefaultSendBytes = 2 * 1024 * 1024;

    public static CliFlag[] All { get; } =
    [
        new CliFlag("endpoints", "strings", "gRPC endpoints", "127.0.0.1:2379"),
        new CliFlag("debug", "", "enable client-side debug logging"),
        new CliFlag("write-out", "string", "set the output format (fields, json, protobuf, simple, table)", "simple", 'w')
        {
            Values = ["fields", "json", "protobuf", "simple", "table"],
        },
        new CliFlag("hex", "", "print byte strings as hex encoded strings"),
        new CliFlag("dial-timeout", "duration", "dial timeout for client connections", "2s"),
        new CliFlag("command-timeout", "duration", "timeout for short running command (excluding dial timeout)", "5s"),
        new CliFlag("keepalive-time", "duration", "keepalive time for client connections", "2s"),
        new CliFlag("keepalive-timeout", "duration", "keepalive timeout for client connections", "6s"),
        new CliFlag(
            "max-request-bytes", "int", "client-side request send limit in bytes (if 0, it defaults to 2.0 MiB (2 * 1024 * 1024).)", "0"),
        new CliFlag("max-recv-bytes", "int", "client-side response receive limit in bytes (if 0, it defaults to \"math.MaxInt32\")", "0"),
        new CliFlag("insecure-transport", "", "disable transport security for client connections", "true"),
        new CliFlag("insecure-discovery", "", "accept insecure SRV records describing cluster endpoints", "true"),
        new CliFlag(
            "insecure-skip-tls-verify", "",
            "skip server certificate verification (CAUTION: this option should be enabled only for testing purposes)"),
        new CliFlag("cert", "string", "identify secure client using this TLS certificate file"),
        new CliFlag("key", "string", "identify secure client using this TLS key file"),
        new CliFlag("cacert", "string", "verify certificates of TLS-enabled secure servers using this CA bundle"),
        new CliFlag(
            "auth-jwt-token", "string", "JWT token used for authentication (if this option is used, --user and --password should not be set)"),
        new CliFlag("user", "string", "username[:password] for authentication (prompt if password is not supplied)"),
        new CliFlag("password", "string", "password for authentication (if this option is used, --user option shouldn't include password)"),
        new CliFlag("discovery-srv", "string", "domain name to query for SRV records describing cluster endpoints", "", 'd'),
        new CliFlag("discovery-srv-name", "string", "service name to query when using DNS discovery"),
    ];

    /// <summary>The settings of the cluster that the global flags name.</summary>
    /// <exception cref="CliFailure">With the flag and the reason.</exception>
    public static ClientSettings Settings(CliCall call)
    {
        foreach (var file in (string[])["cert", "key", "cacert"])
        {
            if (call.IsGiven(file) && call.Text(file).Length == 0)
            {
                throw new CliFailure(CliFailure.BadArguments, $"empty string is passed to --{file} option");
            }
        }

        var serverName = call.IsOn("insecure-discovery") ? "" : call.Text("discovery-srv");
        var (user, password) = User(call, "user", "password", "Password: ");
        return Timing(call) with
        {
            Endpoints = Discovery.Endpoints(call) ?? call.List("endpoints"),
            Tls = Tls(call.Text("cert"), call.Text("key"), call.Text("cacert"), serverName, call),
            User = call.Text("auth-jwt-token").Length > 0 ? "" : user,
            Password = password,
            Token = call.Text("auth-jwt-token"),
        };
    }

    /// <summary>Timeouts and sizes, for the endpoints of "--endpoints".</summary>
    public static ClientSettings Timing(CliCall call) => new()
    {
        Endpoints = call.List("endpoints"),
        DialTimeout = call.Duration("dial-timeout"),
        KeepAliveTime = call.Duration("keepalive-time"),
        KeepAliveTimeout = call.Duration("keepalive-timeout"),
        MaxSendBytes = Size(call, "max-request-bytes", DefaultSendBytes),
        MaxReceiveBytes = Size(call, "max-recv-bytes", int.MaxValue),
    };

    /// <summary>Null for a plaintext client.</summary>
    public static TlsSettings? Tls(string cert, string key, string cacert, string serverName, CliCall call, bool? isInsecure = null)
    {
        var skipsVerification = isInsecure is null && call.IsOn("insecure-skip-tls-verify");
        var isPlaintext = isInsecure ?? call.IsOn("insecure-transport");
        return cert.Length + key.Length + cacert.Length + serverName.Length == 0 && isPlaintext && !skipsVerification ? null
            : new TlsSettings(cert, key, cacert, serverName, skipsVerification);
    }

    /// <summary>Name and password from two flags; the password is asked for where neither has one.</summary>
    public static (string User, string Password) User(CliCall call, string userFlag, string passwordFlag, string prompt)
    {
        var (user, password) = (call.Text(userFlag), call.Text(passwordFlag));
        if (user.Length == 0 || password.Length > 0 || (userFlag == "user" && call.Text("auth-jwt-token").Length > 0))
        {
            return (user, password);
        }

        var colon = user.IndexOf(':', StringComparison.Ordinal);
        return colon < 0 ? (user, PasswordPrompt.Ask(prompt)) : (user[..colon], user[(colon + 1)..]);
    }

    private static int Size(CliCall call, string flag, int standard) => call.Number(flag) switch
    {
        0 => standard,
        < 0 or > int.MaxValue => throw new CliFailure(CliFailure.BadArguments, $"--{flag} must be 0 to {int.MaxValue}, not {call.Text(flag)}"),
        var size => (int)size,
    };
}

using System.Net;
using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using EtcdEdge.Configuration;
using EtcdEdge.Peers.Net;
using Microsoft.Extensions.Logging;

namespace EtcdEdge.Peers.Tls;

/// <summary>
/// One side's TLS, ready for handshakes. Changed certificate files are used from the next handshake on, checked at most once per <see
/// cref="TlsLimits.CertificateStatInterval"/>; files that cannot be used are reported once and the old ones stay. Any thread.
/// </summary>
public sealed class TlsContext
{
    private readonly TlsSetup _setup;
    private readonly ILogger _logger;
    private readonly TimeProvider _time;
    private readonly LogThrottle _saidOnce;
    private readonly SslProtocols _protocols;
    private readonly CipherSuitesPolicy? _cipherSuites;
    private readonly Lock _reloading = new();
    private CertificateFiles _files;
    private long _lookedAt;
    private volatile Loaded _loaded;

    /// <summary>Reads and checks everything. Throws <see cref="TlsException"/>.</summary>
    public TlsContext(TlsSetup setup, ILogger logger, TimeProvider time)
    {
        if (setup.HasCertificate)
        {
            RequireUsable(setup.Options);
        }

        _setup = setup;
        _logger = logger;
        _time = time;
        _saidOnce = new LogThrottle(time);
        _protocols = Protocols(setup.Policy);
        _cipherSuites = CipherSuites.Policy(setup.Policy.CipherSuites, _protocols);
        _files = CertificateFiles.Read(setup.Options);
        _loaded = Load(_files);
        _lookedAt = time.GetTimestamp();
    }

    /// <summary>The configured TLS of one side, or null. Throws <see cref="TlsException"/>.</summary>
    public static TlsContext? Of(ServerOptions options, TlsSide side, ILogger logger, TimeProvider time) =>
        TlsSetup.Of(options, side, logger) is { } setup ? new TlsContext(setup, logger, time) : null;

    /// <summary>For dialling https without certificates of our own: the system's roots judge.</summary>
    public static SslClientAuthenticationOptions PlainClientOptions(string host) => new() { TargetHost = host };

    /// <summary>Whether there is a certificate for inbound connections.</summary>
    public bool HasCertificate => _setup.HasCertificate;

    /// <summary>The options of one inbound handshake. Shared between connections; not to be changed. Needs <see cref="HasCertificate"/>.</summary>
    public SslServerAuthenticationOptions ServerOptions() => Current().Server;

    /// <summary>The same for a URL that serves gRPC alone: no protocol but HTTP/2 is agreed on.</summary>
    public SslServerAuthenticationOptions Http2ServerOptions() => Current().Http2Server;

    /// <summary>The options of one outbound handshake with <paramref name="host"/>.</summary>
    public SslClientAuthenticationOptions ClientOptions(string host)
    {
        var material = Current().Material;
        return new SslClientAuthenticationOptions
        {
            TargetHost = host,
            ClientCertificateContext = material.Client,
            EnabledSslProtocols = _protocols,
            CipherSuitesPolicy = _cipherSuites,
            CertificateRevocationCheckMode = X509RevocationMode.NoCheck,
            CertificateChainPolicy = ChainPolicy(material),
            RemoteCertificateValidationCallback = (stream, certificate, chain, errors) =>
                _setup.IsSelfSigned || IsGood(certificate, chain, errors, material, host, stream as TlsStream),
        };
    }

    /// <summary>
    /// After a handshake with a peer: whether its certificate names the address it comes from, unless
    /// --peer-skip-client-san-verification. Throws <see cref="AuthenticationException"/>.
    /// </summary>
    public Task CheckClientAddressAsync(X509Certificate? certificate, EndPoint? remote, CancellationToken cancel) =>
        _setup.Side == TlsSide.Peer && !_setup.Options.SkipClientSanVerification
            && certificate is X509Certificate2 shown && remote is IPEndPoint { Address: var address }
            ? ClientAddressCheck.RequireAsync(shown, address, cancel)
            : Task.CompletedTask;

    /// <summary>etcd's description for the log (TLSInfo.String).</summary>
    public override string ToString()
    {
        var options = _setup.Options;
        return $"cert = {options.CertFile}, key = {options.KeyFile}, client-cert={options.ClientCertFile}, client-key={options.ClientKeyFile}, "
            + $"trusted-ca = {options.TrustedCaFile}, client-cert-auth = {(options.ClientCertAuth ? "true" : "false")}, crl-file = {options.CrlFile}";
    }

    private static void RequireUsable(TlsOptions options)
    {
        if (options.CertFile.Length == 0 || options.KeyFile.Length == 0)
        {
            throw new TlsException($"KeyFile and CertFile must both be present[key: {options.KeyFile}, cert: {options.CertFile}]");
        }

        if (options.ClientCertFile.Length == 0 != (options.ClientKeyFile.Length == 0))
        {
            throw new TlsException("ClientKeyFile and ClientCertFile must both be present or both absent: "
                + $"key: {options.ClientKeyFile}, cert: {options.ClientCertFile}]");
        }

        if (options.AllowedCommonNames.Count > 0 && options.AllowedHostnames.Count > 0)
        {
            throw new TlsException("AllowedCNs and AllowedHostnames are mutually exclusive "
                + $"(cns=[{string.Join(' ', options.AllowedCommonNames)}], hostnames=[{string.Join(' ', options.AllowedHostnames)}])");
        }
    }

    private static SslProtocols Protocols(TlsPolicy policy)
    {
        var from12 = policy.MinVersion == SslProtocols.Tls13 ? SslProtocols.None : SslProtocols.Tls12;
        var to13 = policy.MaxVersion == SslProtocols.Tls12 ? SslProtocols.None : SslProtocols.Tls13;
        var protocols = from12 | to13;
        return protocols != SslProtocols.None ? protocols : throw new TlsException("min version (TLS1.3) is greater than max version (TLS1.2)");
    }

    // A chain build of .NET otherwise fetches lists and intermediates from addresses named in certificates, and waits for them.
    private static X509ChainPolicy ChainPolicy(TlsMaterial material)
    {
        var policy = new X509ChainPolicy { RevocationMode = X509RevocationMode.NoCheck, DisableCertificateDownloads = true };
        if (material.Roots is { } roots)
        {
            policy.TrustMode = X509ChainTrustMode.CustomRootTrust;
            policy.CustomTrustStore.AddRange(roots);
        }

        return policy;
    }

    private Loaded Current()
    {
        if (_time.GetElapsedTime(Volatile.Read(ref _lookedAt)) >= TlsLimits.CertificateStatInterval && _reloading.TryEnter())
        {
            try
            {
                Reload();
            }
            finally
            {
                _reloading.Exit();
            }
        }

        return _loaded;
    }

    private void Reload()
    {
        Volatile.Write(ref _lookedAt, _time.GetTimestamp());
        var names = $"{_setup.Options.CertFile}, {_setup.Options.KeyFile}";
        try
        {
            var files = CertificateFiles.Read(_setup.Options);
            if (files.HasSameContent(_files))
            {
                return;
            }

            _loaded = Load(files);
            _files = files;
            _logger.CertificatesReloaded(names);
        }
        catch (TlsException error)
        {
            if (_saidOnce.Ask(error.Message))
            {
                _logger.CertificatesNotReloaded(names, error.Message);
            }
        }
    }

    private Loaded Load(CertificateFiles files)
    {
        var material = TlsMaterial.Parse(files, _setup);
        SslApplicationProtocol[] usual = [SslApplicationProtocol.Http2, SslApplicationProtocol.Http11];
        return new Loaded(material, Server(material, usual), Server(material, [SslApplicationProtocol.Http2]));
    }

    private SslServerAuthenticationOptions Server(TlsMaterial material, SslApplicationProtocol[] protocols)
    {
        var server = new SslServerAuthenticationOptions
        {
            ServerCertificateContext = material.Server,
            EnabledSslProtocols = _protocols,
            CipherSuitesPolicy = _cipherSuites,
            CertificateRevocationCheckMode = X509RevocationMode.NoCheck,
            ApplicationProtocols = _setup.Side == TlsSide.Client ? [.. protocols] : null,
        };
        if (_setup.DemandsCertificate)
        {
            server.ClientCertificateRequired = true;
            server.CertificateChainPolicy = ChainPolicy(material);
            server.AllowTlsResume = false; // A resumed session would keep a certificate that was revoked since.
            server.RemoteCertificateValidationCallback = (stream, certificate, chain, errors) =>
                IsGood(certificate, chain, errors, material, null, stream as TlsStream);
        }

        return server;
    }

    /// <param name="teller">Receives the reason why the connection was refused; null: it is logged here.</param>
    private bool IsGood(
        X509Certificate? certificate, X509Chain? chain, SslPolicyErrors errors, TlsMaterial material, string? dialledHost, TlsStream? teller)
    {
        var shown = certificate as X509Certificate2;
        var complaint = CertificateCheck.Complaint(shown, chain, errors, _setup.Options, material.Revoked, dialledHost);
        if (teller is not null)
        {
            teller.Complaint = complaint;
        }
        else if (complaint is not null && _saidOnce.Ask($"{shown?.Subject} {complaint}"))
        {
            _logger.CertificateRejected(shown?.Subject ?? "", complaint);
        }

        return complaint is null;
    }

    private sealed record Loaded(TlsMaterial Material, SslServerAuthenticationOptions Server, SslServerAuthenticationOptions Http2Server);
}

using EtcdEdge.Configuration;
using EtcdEdge.Server.Logging;
using EtcdEdge.Server.Node;
using EtcdEdge.StateMachine.Auth;
using EtcdEdge.StateMachine.Lease;
using Microsoft.Extensions.Logging;

namespace EtcdEdge.Server.Auth;

/// <summary>Everything about users that is not in the state machine, built from the options.</summary>
internal sealed class AuthParts : IDisposable
{
    private const int BcryptCostMin = 4;
    private const int BcryptCostMax = 31;
    private const int DefaultBcryptCost = 10;

    /// <param name="node">The node.</param>
    /// <param name="store">Its users, replayed: tokens in entries that are applied from here on are kept.</param>
    /// <param name="lessor">Its leases.</param>
    /// <param name="options">--auth-token, --auth-token-ttl, --bcrypt-cost, --client-cert-auth.</param>
    /// <param name="time">The clock.</param>
    /// <param name="logger">Receives a line for unusual options and failed attempts.</param>
    /// <param name="lastReplayedIndex">The last entry the log held at the start.</param>
    /// <exception cref="Common.StartException">--auth-token cannot be used.</exception>
    public AuthParts(IEtcdNode node, AuthStore store, Lessor lessor, ServerOptions options, TimeProvider time, ILogger logger,
        ulong lastReplayedIndex = 0)
    {
        var tokenOptions = TokenOptions.Parse(options.Auth.Token);
        foreach (var name in tokenOptions.Unknown)
        {
            logger.ConfigurationWarning($"--auth-token: unknown option \"{name}\"");
        }

        Tokens = ProviderOf(tokenOptions, node, store, options, time, lastReplayedIndex);
        Passwords = new Passwords(CostOf(options.Auth.BcryptCost, logger));
        Access = new AccessControl(node, lessor, new CallerIdentity(node, Tokens, options.ClientTls.ClientCertAuth, logger));
    }

    public ITokenProvider Tokens { get; }

    public Passwords Passwords { get; }

    public AccessControl Access { get; }

    public void Dispose()
    {
        Passwords.Dispose();
        (Tokens as IDisposable)?.Dispose();
    }

    private static ITokenProvider ProviderOf(
        TokenOptions tokenOptions, IEtcdNode node, AuthStore store, ServerOptions options, TimeProvider time, ulong lastReplayedIndex)
    {
        switch (tokenOptions.Type)
        {
            case "jwt":
                return new JwtTokens(tokenOptions.ReadKey(), tokenOptions.Ttl, time);
            case "":
                return new NoTokens();
            default:
                var ttl = options.Auth.TokenTtl > TimeSpan.Zero ? options.Auth.TokenTtl : new AuthOptions().TokenTtl;
                var tokens = new SimpleTokens(
                    () => store.View.Revision, () => node.Status.AppliedIndex, ttl, options.Raft.RequestTimeout, time)
                {
                    LastReplayedIndex = lastReplayedIndex,
                };
                store.Tokens = tokens;
                return tokens;
        }
    }

    private static int CostOf(int given, ILogger logger)
    {
        if (given is >= BcryptCostMin and <= BcryptCostMax)
        {
            return given;
        }

        logger.ConfigurationWarning($"--bcrypt-cost={given} is not between {BcryptCostMin} and {BcryptCostMax}; {DefaultBcryptCost} is used");
        return DefaultBcryptCost;
    }
}

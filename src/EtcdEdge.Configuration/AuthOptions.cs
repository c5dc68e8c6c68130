namespace EtcdEdge.Configuration;

/// <summary>Tokens and password hashing.</summary>
public sealed record AuthOptions
{
    /// <summary>"simple" or "jwt,…"; may name key files, never logged.</summary>
    public string Token { get; init; } = "simple";

    public TimeSpan TokenTtl { get; init; } = TimeSpan.FromSeconds(300);

    /// <summary>bcrypt's cost, 4 to 31.</summary>
    public int BcryptCost { get; init; } = 10;
}

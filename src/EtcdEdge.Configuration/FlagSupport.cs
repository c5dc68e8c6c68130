namespace EtcdEdge.Configuration;

/// <summary>What EtcdEdge does with a flag.</summary>
public enum FlagSupport
{
    /// <summary>Does what it says.</summary>
    Honoured,

    /// <summary>Read; the flag's text says what happens instead.</summary>
    AcceptedWithWarning,

    /// <summary>The server does not start; the flag's text says why and what to do.</summary>
    Refused,
}

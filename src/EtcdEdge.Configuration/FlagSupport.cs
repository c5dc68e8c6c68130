namespace EtcdEdge.Configuration;

/// <summary>What EtcdEdge does with a flag.</summary>
public enum FlagSupport
{
    /// <summary>Followed as in etcd.</summary>
    Honoured,

    /// <summary>Read and not followed; the flag's text describes what happens instead.</summary>
    AcceptedWithWarning,

    /// <summary>The server does not start; the flag's text gives the reason and the alternative.</summary>
    Refused,
}

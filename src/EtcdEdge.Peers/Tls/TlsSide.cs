namespace EtcdEdge.Peers.Tls;

/// <summary>Whom the certificates are shown to. Decides which of etcd's rules hold.</summary>
public enum TlsSide
{
    /// <summary>The client port.</summary>
    Client,

    /// <summary>The peer port, and dialling peers.</summary>
    Peer,
}

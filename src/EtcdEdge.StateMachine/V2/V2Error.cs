namespace EtcdEdge.StateMachine.V2;

/// <summary>etcd's error codes of the v2 API (server/etcdserver/api/v2error/error.go).</summary>
public enum V2ErrorCode
{
    KeyNotFound = 100,
    TestFailed = 101,
    NotFile = 102,
    NotDirectory = 104,
    NodeExists = 105,
    RootReadOnly = 107,
    DirectoryNotEmpty = 108,
    Unauthorized = 110,
    PrevValueRequired = 201,
    TtlNotNumber = 202,
    IndexNotNumber = 203,
    InvalidField = 209,
    InvalidForm = 210,
    RefreshValue = 211,
    RefreshTtlRequired = 212,
    RaftInternal = 300,
    LeaderElect = 301,
    EventIndexCleared = 401,
}

/// <summary>Why a v2 request was refused.</summary>
/// <param name="Code">etcd's number.</param>
/// <param name="Cause">The path or comparison it failed at.</param>
/// <param name="Index">The store's index at that moment; 0 where the store was not read.</param>
public sealed record V2Error(V2ErrorCode Code, string Cause, ulong Index = 0);

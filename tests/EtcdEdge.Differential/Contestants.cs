namespace EtcdEdge.Differential;

/// <summary>The two servers: the reference is always right.</summary>
internal sealed record Contestants(string Reference, string Subject)
{
    /// <summary>Nobody dials these URLs. The ids of cluster and members are made of them, so that both servers have the same ones.</summary>
    private static readonly string[] s_common =
    [
        "--log-level=error", "--bcrypt-cost=4", "--advertise-client-urls=http://127.0.0.1:1", "--initial-advertise-peer-urls=http://127.0.0.1:2",
        "--initial-cluster=default=http://127.0.0.1:2",
    ];

    /// <summary>The reference's disk is not under test, so it need not flush; the subject runs as it is.</summary>
    public string[] ReferenceFlags { get; init; } = [.. s_common, "--unsafe-no-fsync"];

    /// <summary>Gets each call and the reference's answer.</summary>
    public Action<Step, string> Trace { get; init; } = (_, _) => { };

    public string[] SubjectFlags { get; init; } = s_common;
}

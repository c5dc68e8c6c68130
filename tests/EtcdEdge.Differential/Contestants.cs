namespace EtcdEdge.Differential;

/// <summary>The two servers: the reference is always right.</summary>
internal sealed record Contestants(string Reference, string Subject)
{
    /// <summary>The reference's disk is not under test, so it need not flush; the subject runs as it is.</summary>
    public string[] ReferenceFlags { get; init; } = ["--unsafe-no-fsync", "--log-level=error", "--bcrypt-cost=4"];

    /// <summary>Gets each call and the reference's answer.</summary>
    public Action<Step, string> Trace { get; init; } = (_, _) => { };

    public string[] SubjectFlags { get; init; } = ["--log-level=error", "--bcrypt-cost=4"];
}

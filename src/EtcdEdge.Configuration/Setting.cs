namespace EtcdEdge.Configuration;

/// <summary>A value that was given for a flag, and where.</summary>
/// <param name="Flag">Its row.</param>
/// <param name="Value">The text, checked by <see cref="FlagValue"/>.</param>
/// <param name="Origin">How the operator wrote it: "--name", "ETCD_NAME" or "name in FILE".</param>
public sealed record Setting(Flag Flag, string Value, string Origin);

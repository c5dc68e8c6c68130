namespace EtcdEdge.Testing;

/// <summary>
/// The simulated machine has no power: every call fails so until <see cref="SimDisk.Crash"/>. Not a disk error, so nothing handles it.
/// </summary>
public sealed class PowerCutException : Exception
{
    public PowerCutException()
        : base("power cut")
    {
    }
}

using System.Globalization;

namespace EtcdEdge.Storage.DiskTest;

/// <summary>Whether a disk will do for a master.</summary>
/// <param name="Grade">In one word.</param>
/// <param name="Reason">Why, and what to do, as one sentence.</param>
/// <param name="ElectionTimeout">What --election-timeout should be at least, for a cluster whose members all have such a disk.</param>
public sealed record DiskVerdict(DiskGrade Grade, string Reason, TimeSpan ElectionTimeout)
{
    public static DiskVerdict Of(DiskTrialResult result)
    {
        if (result.Syncs < DiskTestLimits.TrialSyncsMin)
        {
            return new DiskVerdict(DiskGrade.Unknown, $"only {result.Syncs} flushes were measured; run it longer",
                DiskTestLimits.ElectionTimeoutDefault);
        }

        var timeout = TimeoutFor(result);
        if (result.DeviceFlushesPerSync is 0)
        {
            return new DiskVerdict(
                DiskGrade.Unfit, $"{result.Device} was not told to flush once: what is acknowledged is lost when the power goes", timeout);
        }

        return (result.P99, result.Max) switch
        {
            var (p99, max) when p99 <= DiskTestLimits.GoodSyncP99 && max <= DiskTestLimits.GoodSyncMax => new DiskVerdict(
                DiskGrade.Good, $"99 of 100 flushes take at most {Text(p99)} and none more than {Text(max)}", timeout),
            var (p99, max) when p99 <= DiskTestLimits.UsableSyncP99 && max <= DiskTestLimits.UsableSyncMax => new DiskVerdict(
                DiskGrade.Usable, $"99 of 100 flushes take up to {Text(p99)}, the slowest {Text(max)}: writes will be felt, a cluster wants a "
                    + $"longer election timeout", timeout),
            var (p99, max) => new DiskVerdict(
                DiskGrade.Unfit, $"99 of 100 flushes take up to {Text(p99)}, the slowest {Text(max)}: Kubernetes gives up on a write before "
                    + $"that; use another card or disk", timeout),
        };
    }

    // Ten flushes at their slow pace, and twice the longest stall, must pass without an election.
    private static TimeSpan TimeoutFor(DiskTrialResult result)
    {
        var wanted = Math.Max(10 * result.P99.TotalMilliseconds, 2 * result.Max.TotalMilliseconds);
        var rounded = Math.Ceiling(wanted / 100) * 100;
        return TimeSpan.FromMilliseconds(
            Math.Clamp(rounded, DiskTestLimits.ElectionTimeoutDefault.TotalMilliseconds, DiskTestLimits.ElectionTimeoutMax.TotalMilliseconds));
    }

    private static string Text(TimeSpan duration) => duration.TotalMilliseconds < 10
        ? string.Create(CultureInfo.InvariantCulture, $"{duration.TotalMilliseconds:0.0} ms")
        : string.Create(CultureInfo.InvariantCulture, $"{duration.TotalMilliseconds:0} ms");
}

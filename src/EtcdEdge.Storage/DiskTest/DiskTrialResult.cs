namespace EtcdEdge.Storage.DiskTest;

/// <summary>What a trial has measured.</summary>
public sealed record DiskTrialResult
{
    /// <summary>Flushes made.</summary>
    public required int Syncs { get; init; }

    /// <summary>fdatasync's duration: half of the flushes took at most this long; and so on.</summary>
    public required TimeSpan P50 { get; init; }

    public required TimeSpan P90 { get; init; }

    public required TimeSpan P99 { get; init; }

    public required TimeSpan Max { get; init; }

    /// <summary>Bytes the log wrote per flush.</summary>
    public required double LogBytesPerSync { get; init; }

    /// <summary>The device behind the directory; null when its counters cannot be seen.</summary>
    public string? Device { get; init; }

    /// <summary>Bytes that reached the device per flush, by its own count.</summary>
    public double? DeviceBytesPerSync { get; init; }

    /// <summary>Flush requests that reached the device per flush of the log.</summary>
    public double? DeviceFlushesPerSync { get; init; }

    internal static DiskTrialResult Of(List<TimeSpan> syncs, long bytes, DeviceCounters? before, DeviceCounters? after)
    {
        syncs.Sort();
        var count = syncs.Count;
        var isSeen = before is not null && after is not null && count > 0;
        return new DiskTrialResult
        {
            Syncs = count,
            P50 = At(syncs, 50),
            P90 = At(syncs, 90),
            P99 = At(syncs, 99),
            Max = At(syncs, 100),
            LogBytesPerSync = count == 0 ? 0 : (double)bytes / count,
            Device = after?.Device,
            DeviceBytesPerSync = isSeen ? (double)(after!.BytesWritten - before!.BytesWritten) / count : null,
            DeviceFlushesPerSync = isSeen && before!.Flushes is not null && after!.Flushes is { } flushes
                ? (double)(flushes - before.Flushes.Value) / count : null,
        };
    }

    // Nearest rank.
    private static TimeSpan At(List<TimeSpan> sorted, int percent) =>
        sorted.Count == 0 ? TimeSpan.Zero : sorted[Math.Max(0, (int)Math.Ceiling(sorted.Count * percent / 100.0) - 1)];
}

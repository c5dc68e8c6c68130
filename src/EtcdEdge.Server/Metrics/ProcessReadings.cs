using System.Globalization;

namespace EtcdEdge.Server.Metrics;

/// <summary>The kernel's numbers of this process (proc(5)), under client_golang's names.</summary>
internal sealed record ProcessReadings
{
    /// <summary>The kernel's unit of CPU time: USER_HZ is 100 on every architecture Linux exports it to.</summary>
    private const double TicksPerSecond = 100;

    /// <summary>"No limit", as client_golang prints it.</summary>
    private const double Unlimited = ulong.MaxValue;

    private static readonly double s_startTime = StartTime();

    public double CpuSeconds { get; private init; }
    public double ResidentBytes { get; private init; }
    public double VirtualBytes { get; private init; }
    public double VirtualBytesMax { get; private init; } = Unlimited;
    public double OpenFiles { get; private init; }
    public double OpenFilesMax { get; private init; } = Unlimited;

    /// <summary>Seconds since the epoch; of no use on a board that booted without a clock.</summary>
    public double StartTimeSeconds { get; } = s_startTime;

    /// <summary>Reads /proc/self; a process that may not read it gets zeros.</summary>
    public static ProcessReadings Now()
    {
        try
        {
            return Read();
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return new ProcessReadings();
        }
    }

    private static ProcessReadings Read()
    {
        // The command's name may contain blanks and brackets; fields are counted from its last bracket, after which the third one follows.
        var stat = File.ReadAllText("/proc/self/stat");
        var fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
        var limits = File.ReadAllLines("/proc/self/limits");
        return new ProcessReadings
        {
            CpuSeconds = (Number(fields[11]) + Number(fields[12])) / TicksPerSecond,
            VirtualBytes = Number(fields[20]),
            ResidentBytes = Number(fields[21]) * Environment.SystemPageSize,
            OpenFiles = Directory.EnumerateFileSystemEntries("/proc/self/fd").Count(),
            OpenFilesMax = Limit(limits, "Max open files"),
            VirtualBytesMax = Limit(limits, "Max address space"),
        };
    }

    private static double Limit(string[] limits, string name)
    {
        var line = Array.Find(limits, line => line.StartsWith(name, StringComparison.Ordinal)) ?? "";
        var columns = line.Length > name.Length ? line[name.Length..].Split(' ', StringSplitOptions.RemoveEmptyEntries) : [];
        return columns.Length > 0 && columns[0] != "unlimited" ? Number(columns[0]) : Unlimited;
    }

    private static double StartTime() =>
        (DateTime.UtcNow - DateTime.UnixEpoch).TotalSeconds - (Environment.TickCount64 / 1000.0) + SecondsAfterBoot();

    private static double SecondsAfterBoot()
    {
        try
        {
            var stat = File.ReadAllText("/proc/self/stat");
            return Number(stat[(stat.LastIndexOf(')') + 2)..].Split(' ')[19]) / TicksPerSecond;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return Environment.TickCount64 / 1000.0;
        }
    }

    private static double Number(string text) => double.Parse(text, CultureInfo.InvariantCulture);
}

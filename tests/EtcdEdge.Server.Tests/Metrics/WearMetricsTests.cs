using System.Buffers;
using System.Text;
using EtcdEdge.Configuration;
using EtcdEdge.Server.Metrics;
using Xunit;

namespace EtcdEdge.Server.Tests.Metrics;

/// <summary>
/// Goal: operators see what the server costs the card, by source and day, and what an eMMC says of its own age. Method: readings by hand, and a
/// directory that looks like the kernel's /sys/block.
/// </summary>
public sealed class WearMetricsTests : IDisposable
{
    private readonly TemporaryDirectory _system = new();
    private readonly EtcdMetrics _metrics = new(MetricsDetail.Basic, FeatureGates.Defaults);

    public WearMetricsTests() => _metrics.Wear.SystemBlock = _system.Path;

    public void Dispose() => _system.Dispose();

    [Fact]
    public void Bytes_and_flushes_are_told_by_source()
    {
        _metrics.Wear.Readings = () => new WearReadings(1_000, 2, 3_000, 4, 5_000, 6_000);
        Assert.Equal("1000", Value("etcdedge_log_written_bytes_total"));
        Assert.Equal("2", Value("etcdedge_log_flushes_total"));
        Assert.Equal("3000", Value("etcdedge_checkpoint_written_bytes_total"));
        Assert.Equal("4", Value("etcdedge_checkpoint_flushes_total"));
        Assert.Equal("5000", Value("etcdedge_log_file_bytes"));
        Assert.Equal("6000", Value("etcdedge_disk_free_bytes"));
    }

    [Fact]
    public void Bytes_a_day_are_those_of_both_sources_at_the_pace_since_the_start()
    {
        _metrics.Wear.Readings = () => new WearReadings(1_000, 0, 3_000, 0, 0, 0);
        var once = double.Parse(Value("etcdedge_written_bytes_per_day")!, System.Globalization.CultureInfo.InvariantCulture);
        _metrics.Wear.Readings = () => new WearReadings(10_000, 0, 30_000, 0, 0, 0);
        var ten = double.Parse(Value("etcdedge_written_bytes_per_day")!, System.Globalization.CultureInfo.InvariantCulture);
        Assert.InRange(once, 1, 4_000 * 86_400);
        Assert.InRange(ten / once, 5, 10.1);
    }

    [Fact]
    public void An_eMMC_s_registers_are_read_where_there_are_some()
    {
        Device("mmcblk0", ("life_time", "0x03 0x0b\n"), ("pre_eol_info", "0x02\n"));
        Device("mmcblk1", ("life_time", "0x00 0x01\n"), ("pre_eol_info", "0x00\n"));
        Device("mmcblk2");
        Device("sda", ("life_time", "0x01 0x01"));
        var text = Render();
        string[] told = [.. text.Split('\n').Where(line => line.StartsWith("etcdedge_emmc", StringComparison.Ordinal)).Order(StringComparer.Ordinal)];
        Assert.Equal(
        [
            "etcdedge_emmc_life_time_used{device=\"mmcblk0\",type=\"a\"} 3",
            "etcdedge_emmc_life_time_used{device=\"mmcblk0\",type=\"b\"} 11",
            "etcdedge_emmc_life_time_used{device=\"mmcblk1\",type=\"b\"} 1",
            "etcdedge_emmc_pre_eol{device=\"mmcblk0\"} 2",
        ], told);
    }

    [Fact]
    public void A_board_without_an_eMMC_or_without_sysfs_has_no_such_series()
    {
        Assert.DoesNotContain("etcdedge_emmc_life_time_used{", Render(), StringComparison.Ordinal);
        _metrics.Wear.SystemBlock = Path.Combine(_system.Path, "nothing");
        Assert.DoesNotContain("etcdedge_emmc_life_time_used{", Render(), StringComparison.Ordinal);
    }

    private void Device(string name, params (string Register, string Text)[] registers)
    {
        var directory = Directory.CreateDirectory(Path.Combine(_system.Path, name, "device")).FullName;
        foreach (var (register, text) in registers)
        {
            File.WriteAllText(Path.Combine(directory, register), text);
        }
    }

    private string? Value(string name) =>
        Render().Split('\n').FirstOrDefault(line => line.StartsWith(name + " ", StringComparison.Ordinal))?[(name.Length + 1)..];

    private string Render()
    {
        var output = new ArrayBufferWriter<byte>();
        _metrics.Write(output);
        return Encoding.UTF8.GetString(output.WrittenSpan);
    }
}

using System.Globalization;
using Xunit;

namespace EtcdEdge.EndToEnd.Tests;

/// <summary>
/// Machines of one network: a network namespace each, joined by a bridge that the test is on too. Cutting one off drops packets silently, as a pulled
/// cable does. Needs root; skips the test without.
/// </summary>
internal sealed class TestNetwork : IAsyncDisposable
{
    private static int s_made;
    private readonly string _name = string.Create(CultureInfo.InvariantCulture,
        $"ee{Environment.ProcessId % 100_000}{Interlocked.Increment(ref s_made)}");
    private readonly string _prefix = string.Create(CultureInfo.InvariantCulture, $"10.{Random.Shared.Next(128, 250)}.{Random.Shared.Next(250)}");
    private readonly int _size;

    private TestNetwork(int size) => _size = size;

    public static async Task<TestNetwork> CreateAsync(int size)
    {
        Assert.SkipUnless(Environment.UserName == "root", "needs root to make network namespaces");
        var network = new TestNetwork(size);
        await IpAsync($"link add {network._name} type bridge");
        await IpAsync($"addr add {network._prefix}.254/24 dev {network._name}");
        await IpAsync($"link set {network._name} up");
        for (var i = 0; i < size; i++)
        {
            await network.PlugInAsync(i);
        }

        return network;
    }

    public string AddressOf(int index) => string.Create(CultureInfo.InvariantCulture, $"{_prefix}.{index + 1}");

    /// <summary>The command that runs another one on this machine.</summary>
    public string[] At(int index) => ["ip", "netns", "exec", Namespace(index)];

    public Task CutAsync(int index) => IpAsync($"link set {Cable(index)} down");

    public Task HealAsync(int index) => IpAsync($"link set {Cable(index)} up");

    /// <summary>Everything in them has ended.</summary>
    public async ValueTask DisposeAsync()
    {
        for (var i = 0; i < _size; i++)
        {
            await IpAsync($"netns del {Namespace(i)}");
        }

        await IpAsync($"link del {_name}");
    }

    private static Task<string> IpAsync(string arguments) => Command.OutputOfAsync("ip", arguments.Split(' '));

    private string Namespace(int index) => $"{_name}n{index}";

    private string Cable(int index) => $"{_name}c{index}";

    private async Task PlugInAsync(int index)
    {
        await IpAsync($"netns add {Namespace(index)}");
        await IpAsync($"link add {Cable(index)} type veth peer name eth0 netns {Namespace(index)}");
        await IpAsync($"link set {Cable(index)} master {_name} up");
        await IpAsync($"-n {Namespace(index)} addr add {AddressOf(index)}/24 dev eth0");
        await IpAsync($"-n {Namespace(index)} link set eth0 up");
        await IpAsync($"-n {Namespace(index)} link set lo up");
    }
}

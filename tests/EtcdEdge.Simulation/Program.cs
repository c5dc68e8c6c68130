using System.Diagnostics;
using System.Globalization;
using Xunit.MicrosoftTestingPlatform;

namespace EtcdEdge.Simulation;

/// <summary>"run --seed N --count M [--members K] [--bug NAME] [--fault NAME] [--trace]" simulates; anything else is for the test runner.</summary>
internal static class Program
{
    public static async Task<int> Main(string[] args)
    {
        if (args is not ["run", ..])
        {
            return await TestPlatformTestFramework.RunAsync(args, SelfRegisteredExtensions.AddSelfRegisteredExtensions);
        }

        try
        {
            return Simulate(SimulationArguments.Parse(args.AsSpan(1)));
        }
        catch (FormatException wrong)
        {
            Console.Error.WriteLine($"sim: {wrong.Message}");
            return 2;
        }
    }

    private static int Simulate(SimulationArguments arguments)
    {
        var watch = Stopwatch.StartNew();
        var tally = new Tally();
        var failed = 0;
        for (var i = 0; i < arguments.Count; i++)
        {
            var options = new SimulationOptions(arguments.Seed + i, arguments.Members)
            {
                Bug = arguments.Bug,
                Focus = arguments.Focus,
                Print = arguments.Trace ? Console.WriteLine : null,
            };
            try
            {
                tally.Add(Simulation.Run(options));
            }
            catch (SimulationFailure failure)
            {
                failed++;
                Console.WriteLine(failure.Message);
                if (arguments.Trace)
                {
                    Console.WriteLine(failure.InnerException);
                }
            }
        }

        var perMinute = arguments.Count / watch.Elapsed.TotalMinutes;
        Console.WriteLine(tally);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{arguments.Count} seeds, {failed} failed, {perMinute:F0} seeds/minute"));
        return failed == 0 ? 0 : 1;
    }
}

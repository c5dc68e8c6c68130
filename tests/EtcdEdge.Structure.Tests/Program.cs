using EtcdEdge.Structure.Tests.Dependencies;
using EtcdEdge.Structure.Tests.Model;
using Xunit.MicrosoftTestingPlatform;

namespace EtcdEdge.Structure.Tests;

/// <summary>
/// Runs the tests. "--print [GRAPH...]" prints the dependency graphs and their cycles instead, and "--table" the rows of dependencies.txt as the
/// source is today. The environment variable ROOT selects another checkout.
/// </summary>
internal static class Program
{
    public static async Task<int> Main(string[] args)
    {
        if (args is ["--print", .. var graphs])
        {
            GraphPrinter.Print(SourceModel.Current, Console.Out, graphs);
            return 0;
        }

        if (args is ["--table"])
        {
            GraphPrinter.PrintTable(SourceModel.Current, DependencyTests.Table(), Console.Out);
            return 0;
        }

        return await TestPlatformTestFramework.RunAsync(args, SelfRegisteredExtensions.AddSelfRegisteredExtensions);
    }
}

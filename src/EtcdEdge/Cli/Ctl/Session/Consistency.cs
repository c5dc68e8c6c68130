namespace EtcdEdge.Cli.Ctl.Session;

/// <summary>The flag --consistency.</summary>
internal static class Consistency
{
    /// <exception cref="CliFailure">For neither "l" nor "s".</exception>
    public static bool IsSerializable(CliCall call) => call.Text("consistency") switch
    {
        "s" => true,
        "l" => false,
        var other => throw new CliFailure(CliFailure.BadFeature, $"unknown consistency flag {GoText.Quote(other)}"),
    };
}

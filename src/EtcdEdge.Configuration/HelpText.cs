using System.Text;

namespace EtcdEdge.Configuration;

/// <summary>What --help prints: every flag by section, with what happens to those that are not followed.</summary>
public static class HelpText
{
    private const string Usage = """
        Usage:

          etcd [flags]
            Start a server.

          etcd --version
            Show the version.

          etcd -h | --help
            Show this help.

          etcd --config-file FILE
            Read the configuration from a YAML or JSON file; other flags and ETCD_ variables are then ignored.
            In the file plain numbers for durations are nanoseconds, but heartbeat-interval and election-timeout are milliseconds.

        Every flag can be given as a variable: --data-dir as ETCD_DATA_DIR. The flag wins.

        """;

    public static string Render()
    {
        var text = new StringBuilder(Usage);
        foreach (var section in FlagTable.All.GroupBy(flag => flag.Section))
        {
            text.Append('\n').Append(Heading(section.Key)).Append(":\n");
            foreach (var flag in section)
            {
                text.Append("  --").Append(flag.Name).Append(" '").Append(flag.Name == "data-dir" ? "${name}.etcd" : flag.Default).Append("'\n");
                text.Append("    ").Append(flag.Usage).Append('\n');
                AppendTreatment(text, flag);
            }
        }

        return text.ToString();
    }

    /// <summary>A section's name as it appears in headings and in FLAGS.md.</summary>
    internal static string Heading(FlagSection section) => section switch
    {
        FlagSection.Monitoring => "Profiling and Monitoring",
        FlagSection.Tracing => "Distributed tracing",
        FlagSection.EtcdEdge => "EtcdEdge's own (etcd has no such flags)",
        FlagSection.Unsafe => "Unsafe",
        FlagSection.Legacy => "Flags of older versions",
        _ => section.ToString(),
    };

    private static void AppendTreatment(StringBuilder text, Flag flag)
    {
        if (flag.FlagSupport != FlagSupport.Honoured)
        {
            text.Append(flag.FlagSupport == FlagSupport.Refused ? "    Refused: " : "    No effect: ").Append(flag.Instead).Append(".\n");
        }
    }
}

using System.Text.RegularExpressions;
using Xunit;

namespace EtcdEdge.EndToEnd.Tests.Ctl;

// Claim: our etcdctl prints what Debian's etcdctl prints, against either server. Method: the scripts in Transcripts/ run both; what they print must
// be equal but for identities, ports and durations, and the differences below.
public sealed partial class CtlTranscriptTests
{
    private const string ThreeMembers = "cluster";

    /// <summary>Calls that 3.6 and 3.7 answer in another way than 3.4 and 3.5. Their exit codes are compared.</summary>
    private static readonly (string Call, string Reason)[] s_differences =
    [
        (@"etcdctl del [a-z] [a-z]$", "3.6 warns of a range without --range, in other words than 3.5"),
        (@"etcdctl .*endpoint status", "3.6 has more columns"),
        (@"etcdctl .*endpoint hashkv", "3.6 has the column of the hash's revision; an empty list is null in JSON"),
        (@"etcdctl .*defrag", "3.6 prints the duration"),
        (@"etcdctl .*snapshot (save|restore)", "3.6 prints the server's version; what a restore creates is ours"),
        (@"etcdctl .*snapshot status", "3.4 had no warning"),
        (@"etcdctl check datascale", "the bar is on stderr, and only on a terminal"),
        (@"etcdctl member add (.*-learner|m4)", "3.6 prints \"as learner\""),
        (@"etcdctl get a -hex", "3.6 prints hexadecimal identities in fields"),
    ];

    public static TheoryData<string, string, string, bool> Cases()
    {
        var cases = new TheoryData<string, string, string, bool>();
        foreach (var script in (string[])["kv", "txn", "watch", "lease", "members", "maintenance", "mirror", "concurrency", "auth", ThreeMembers])
        {
            cases.Add(script, "3.5", "simple", false);
            cases.Add(script, "3.5", "simple", true);
        }

        // The other scripts use what 3.4 does not have: --range, --count-only, the exit code of a command
        // that ran under a lock, and the error text of an interactive watch.
        foreach (var script in (string[])["lease", "members"])
        {
            cases.Add(script, "3.4", "simple", false);
        }

        foreach (var script in (string[])["kv", "txn", "lease", "members"])
        {
            cases.Add(script, "3.5", "json", false);
            cases.Add(script, "3.5", "fields", true);
        }

        cases.Add("auth", "3.5", "json", true);
        return cases;
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task A_script_prints_what_it_prints_with_etcdctl(string script, string version, string format, bool isOurServer)
    {
        var server = isOurServer ? Binaries.Server : Binaries.Etcd;
        var theirs = await EtcdCtlOutputTests.TellByAsync(server, Binaries.EtcdCtl(version), script, format);
        var ours = await EtcdCtlOutputTests.TellByAsync(server, CtlBinary.File, script, format);
        var differences = theirs.Zip(ours).Where(pair => !IsEqual(pair.First, pair.Second))
            .Select(pair => $"--- etcdctl {version}\n{pair.First}\n--- here\n{pair.Second}").ToArray();
        Assert.True(differences.Length == 0, $"{script}.sh, {format}:\n{string.Join('\n', differences)}");
        Assert.Equal(theirs.Length, ours.Length);
        Assert.DoesNotContain("in vain", string.Concat(ours), StringComparison.Ordinal);
    }

    private static bool IsEqual(string theirs, string ours)
    {
        // 3.6 leaves out a revision of 0 in fields.
        theirs = theirs.Replace("\"Revision\" : 0\n", "", StringComparison.Ordinal).Replace("\n\"Revision\" : 0", "", StringComparison.Ordinal);
        var call = ours.Split('\n')[0];
        return theirs == ours
            || (ExitCode().Match(theirs).Value == ExitCode().Match(ours).Value && Array.Exists(s_differences, one => Regex.IsMatch(call, one.Call)));
    }

    [GeneratedRegex("^exit code .*", RegexOptions.Multiline)]
    private static partial Regex ExitCode();
}

using EtcdEdge.Configuration;
using Xunit;

namespace EtcdEdge.Server.Tests.Configuration;

/// <summary>Goal: no flag of any etcd is missing or different. Method: compare the table with the facts row by row.</summary>
public sealed class FlagTableTests
{
    [Fact]
    public void Every_flag_of_etcd_has_a_row_with_its_default_versions_and_key()
    {
        var wrong = new List<string>();
        foreach (var row in Fixture.Rows("Configuration/flags.txt"))
        {
            var flag = FlagTable.ByName(row[0]);
            var expected = (Default: row[1] == "-" ? "" : row[1], Versions: Versions(row[2]), Key: row[3] == "-" ? "" : row[3]);
            if (flag is null || (flag.Default, flag.Versions, flag.ConfigKey) != expected)
            {
                wrong.Add($"{row[0]}: expected {expected}, have {flag}");
            }
        }

        Assert.Empty(wrong);
    }

    [Fact]
    public void Names_variables_and_keys_are_unique()
    {
        Assert.Equal(FlagTable.All.Length, FlagTable.All.Select(flag => flag.Name).Distinct().Count());
        Assert.Equal(FlagTable.All.Length, FlagTable.All.Select(flag => flag.Variable).Distinct().Count());
        var keys = FlagTable.All.Select(flag => flag.ConfigKey).Where(key => key.Length > 0).ToArray();
        Assert.Equal(keys.Length, keys.Distinct(StringComparer.OrdinalIgnoreCase).Count());
    }

    [Fact]
    public void Every_flag_that_is_not_honoured_says_what_happens_instead() =>
        Assert.DoesNotContain(FlagTable.All, flag => flag.FlagSupport != FlagSupport.Honoured && flag.Instead.Length == 0);

    [Fact]
    public void Every_default_is_well_formed_and_needs_no_words()
    {
        Assert.DoesNotContain(FlagTable.All, flag => flag.Default.Length > 0 && FlagValue.ComplaintAbout(flag, flag.Default) is not null);
        Assert.All(FlagTable.All, flag => Assert.True(flag.AgreesWith(flag.Default), flag.Name));
    }

    [Fact]
    public void Every_alias_names_a_flag_and_every_gate_a_gate()
    {
        Assert.All(FlagTable.All.Where(flag => flag.AliasOf.Length > 0), flag => Assert.NotNull(FlagTable.ByName(flag.AliasOf)));
        Assert.All(FlagTable.All.Where(flag => flag.GateOf.Length > 0), flag =>
            Assert.Contains(FeatureGates.Known, gate => gate.Name == flag.GateOf));
    }

    [Fact]
    public void Help_and_the_flag_document_name_every_flag()
    {
        var help = HelpText.Render();
        var table = FlagMarkdown.Render();
        Assert.All(FlagTable.All, flag => Assert.Contains($"  --{flag.Name} '", help));
        Assert.All(FlagTable.All, flag => Assert.Contains($"| `--{flag.Name}` |", table));
    }

    /// <summary>FLAGS.md has the table between two marks; REWRITE=1 renews it.</summary>
    [Fact]
    public void The_flag_document_shows_the_flag_table_as_the_parser_has_it()
    {
        const string begin = "<!-- flags: rendered by FlagMarkdown -->\n";
        var path = FlagsPath();
        var document = File.ReadAllText(path);
        var from = document.IndexOf(begin, StringComparison.Ordinal) + begin.Length;
        var to = document.IndexOf("<!-- end of flags -->", from, StringComparison.Ordinal);
        if (Environment.GetEnvironmentVariable("REWRITE") == "1")
        {
            File.WriteAllText(path, document[..from] + FlagMarkdown.Render() + document[to..]);
            return;
        }

        Assert.Equal(FlagMarkdown.Render(), document[from..to]);
    }

    /// <summary>3.8 is etcd's main branch: the facts write it that way.</summary>
    private static string Versions(string text) => text.Replace("main/3.8", "3.8", StringComparison.Ordinal);

    private static string FlagsPath()
    {
        for (var directory = new DirectoryInfo(AppContext.BaseDirectory); directory is not null; directory = directory.Parent)
        {
            if (File.Exists(Path.Combine(directory.FullName, "EtcdEdge.sln")))
            {
                return Path.Combine(directory.FullName, "src", "EtcdEdge.Configuration", "FLAGS.md");
            }
        }

        throw new InvalidOperationException("the test does not run inside the repository");
    }
}

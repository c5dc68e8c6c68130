namespace EtcdEdge.Configuration;

/// <summary>
/// The outcome of reading the command line, the environment or the configuration file. Start only if <see cref="Problems"/> is empty; write
/// each of <see cref="Warnings"/> to the log first.
/// </summary>
/// <param name="Action">What the command line requests.</param>
/// <param name="Options">The values; a default replaces each value that could not be read.</param>
/// <param name="Warnings">One line each: what will not happen as written.</param>
/// <param name="Problems">One line each: why the server does not start.</param>
public sealed record ServerConfiguration(StartAction Action, ServerOptions Options, IReadOnlyList<string> Warnings, IReadOnlyList<string> Problems)
{
    /// <summary>
    /// Reads the configuration. Flags win over the environment; a configuration file makes both be ignored (etcd
    /// server/etcdmain/config.go).
    /// </summary>
    public static ServerConfiguration Load(IReadOnlyList<string> arguments, HostEnvironment machine)
    {
        var settings = new Settings();
        var help = CommandLine.Read(arguments, settings);
        if (help || settings.Bool("version"))
        {
            return new(help ? StartAction.PrintHelp : StartAction.PrintVersion, new ServerOptions(), [], []);
        }

        var file = settings.IsGiven("config-file") ? settings.Text("config-file") : machine.Environment.GetValueOrDefault("ETCD_CONFIG_FILE", "");
        if (file.Length > 0)
        {
            settings = ReadFile(file, settings, machine);
        }
        else
        {
            EnvironmentVariables.Read(machine.Environment, settings);
        }

        settings.ResolveAliases();
        settings.JudgeTreatments();
        var options = new OptionsBuilder(settings, machine, fromFile: file.Length > 0).Build();
        return new(StartAction.Serve, options, settings.Warnings, [.. settings.Problems, .. options.Validate(machine.HasMember(options.DataDir))]);
    }

    private static Settings ReadFile(string path, Settings commandLine, HostEnvironment machine)
    {
        var settings = new Settings();
        settings.Problems.AddRange(commandLine.Problems);
        var ignored = commandLine.Given.Select(setting => setting.Origin)
            .Concat(machine.Environment.Keys.Where(variable => FlagTable.ByVariable(variable) is not null).Order(StringComparer.Ordinal))
            .Where(origin => origin is not ("--config-file" or "ETCD_CONFIG_FILE")).ToArray();
        if (ignored.Length > 0)
        {
            settings.Warnings.Add($"ignored because {path} is the configuration: {string.Join(", ", ignored)}");
        }

        try
        {
            ConfigFile.Read(path, machine.ReadFile(path), settings);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            settings.Problems.Add($"--config-file {path} cannot be read: {error.Message}");
        }

        return settings;
    }
}

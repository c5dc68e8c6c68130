namespace EtcdEdge.Cli;

/// <summary>Stands where etcdctl and etcdutl will be: says what is not there yet and what to use meanwhile, rather than pretending.</summary>
internal static class MissingTool
{
    public static int Run(string tool, string[] args)
    {
        var command = args.FirstOrDefault(argument => !argument.StartsWith('-')) ?? "";
        var what = command.Length == 0 ? tool : $"{tool} {command}";
        Console.Error.WriteLine($"{tool}: '{what}' is not in EtcdEdge yet; Debian's etcd-client package has an {tool} that works with this server");
        return 1;
    }
}

using EtcdEdge;
using EtcdEdge.Cli.Ctl;
using EtcdEdge.Cli.DiskTest;
using EtcdEdge.Cli.Import;
using EtcdEdge.Cli.Utl;

// One binary: what it is called, or its first word, decides what it is.
var name = Path.GetFileName(Environment.GetCommandLineArgs()[0]);
if (name is not ("etcdctl" or "etcdutl") && args is ["etcdctl" or "etcdutl", ..])
{
    (name, args) = (args[0], args[1..]);
}

return name switch
{
    "etcdctl" => CtlTool.Run(args),
    "etcdutl" => UtlTool.Run(args),
    _ when args is ["import", .. var rest] => ImportCommand.Run(rest),
    _ when args is ["disktest", .. var rest] => DiskTestCommand.Run(rest),
    _ => await Daemon.RunAsync(args),
};

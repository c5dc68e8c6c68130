using EtcdEdge;
using EtcdEdge.Cli;

// One binary: what it is called decides what it is.
string name = Path.GetFileName(Environment.GetCommandLineArgs()[0]);
return name is "etcdctl" or "etcdutl" ? MissingTool.Run(name, args) : await Daemon.RunAsync(args);

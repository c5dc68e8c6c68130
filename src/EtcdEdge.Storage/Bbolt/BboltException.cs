namespace EtcdEdge.Storage.Bbolt;

/// <summary>A file is no bbolt database or a damaged one. The message is one line, without the file's name.</summary>
public sealed class BboltException(string line) : IOException(line);

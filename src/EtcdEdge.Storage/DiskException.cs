namespace EtcdEdge.Storage;

/// <summary>The disk refused. <see cref="Exception.Message"/> is one line for the operator: what, where, why, and what to do.</summary>
public sealed class DiskException : IOException
{
    public DiskException(string operation, string path, int errno, string detail = "")
        : base(Line(operation, path, errno, detail))
    {
        Operation = operation;
        Path = path;
        Errno = errno;
    }

    /// <summary>The system call or the act, as in "fdatasync".</summary>
    public string Operation { get; }

    /// <summary>The file or directory it was about.</summary>
    public string Path { get; }

    /// <summary>Linux's number of the error (the same on x64 and arm64).</summary>
    public int Errno { get; }

    /// <summary>The kind of failure.</summary>
    public DiskFault Fault => Storage.Errno.FaultOf(Errno);

    private static string Line(string operation, string path, int errno, string detail)
    {
        var what = detail.Length > 0 ? detail : Storage.Errno.Explain(errno);
        return $"{operation} {path}: {Storage.Errno.Name(errno)}: {what}";
    }
}

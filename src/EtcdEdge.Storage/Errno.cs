using System.Globalization;

namespace EtcdEdge.Storage;

/// <summary>Linux's error numbers (asm-generic: x64 and arm64 agree), their names and what an operator can do about them.</summary>
internal static class Errno
{
    public const int ENOENT = 2;
    public const int EINTR = 4;
    public const int EIO = 5;
    public const int EAGAIN = 11;
    public const int EACCES = 13;
    public const int EEXIST = 17;
    public const int EINVAL = 22;
    public const int ENOSPC = 28;
    public const int EROFS = 30;
    public const int EOPNOTSUPP = 95;

    private const int EPERM = 1;
    private const int ENOTDIR = 20;
    private const int EISDIR = 21;
    private const int EMFILE = 24;
    private const int EFBIG = 27;
    private const int ENOTEMPTY = 39;
    private const int EDQUOT = 122;

    public static DiskFault FaultOf(int errno) => errno switch
    {
        ENOENT => DiskFault.NotFound,
        EEXIST => DiskFault.Exists,
        EACCES or EPERM => DiskFault.Denied,
        EROFS => DiskFault.ReadOnly,
        ENOSPC or EDQUOT => DiskFault.Full,
        EIO => DiskFault.Medium,
        EAGAIN => DiskFault.Busy,
        _ => DiskFault.Other,
    };

    public static string Name(int errno) => errno switch
    {
        EPERM => "EPERM",
        ENOENT => "ENOENT",
        EIO => "EIO",
        EAGAIN => "EAGAIN",
        EACCES => "EACCES",
        EEXIST => "EEXIST",
        ENOTDIR => "ENOTDIR",
        EISDIR => "EISDIR",
        EINVAL => "EINVAL",
        EMFILE => "EMFILE",
        EFBIG => "EFBIG",
        ENOSPC => "ENOSPC",
        EROFS => "EROFS",
        ENOTEMPTY => "ENOTEMPTY",
        EOPNOTSUPP => "EOPNOTSUPP",
        EDQUOT => "EDQUOT",
        _ => "errno " + errno.ToString(CultureInfo.InvariantCulture),
    };

    public static string Explain(int errno) => errno switch
    {
        EPERM or EACCES => "permission denied; the directory must belong to the user the daemon runs as",
        ENOENT => "no such file or directory",
        EIO => "the disk failed to read or write; check the card and the kernel log, replace the card if it repeats",
        EAGAIN => "another process holds it",
        EEXIST => "it exists already",
        ENOTDIR => "a part of the path is not a directory",
        EISDIR => "it is a directory",
        EMFILE => "too many open files; raise LimitNOFILE",
        EFBIG => "the filesystem does not allow a file of this size",
        ENOSPC => "no space left on the device; free some, the log needs it to go on",
        EDQUOT => "disk quota exceeded",
        EROFS => "the filesystem is read-only; it may have been remounted so after an error, see the kernel log",
        ENOTEMPTY => "the directory is not empty",
        EOPNOTSUPP => "the filesystem does not support this operation",
        _ => "unexpected error",
    };
}

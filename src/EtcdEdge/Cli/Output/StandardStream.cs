using System.Runtime.InteropServices;

namespace EtcdEdge.Cli.Output;

/// <summary>
/// stdin, stdout or stderr by read(2) and write(2). The base library's console streams hide a broken pipe, and its file streams write at positions of
/// their own, which overwrites what other processes append to the same file.
/// </summary>
internal sealed partial class StandardStream(int descriptor) : Stream
{
    private const int Interrupted = 4;
    private const int Again = 11;
    private const int BrokenPipe = 32;

    public static StandardStream Input => new(0);

    public static StandardStream Output => new(1);

    public static StandardStream Error => new(2);

    public override bool CanRead => descriptor == 0;

    public override bool CanSeek => false;

    public override bool CanWrite => descriptor != 0;

    public override long Length => throw new NotSupportedException();

    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    /// <summary>True when it is a terminal.</summary>
    public bool IsTerminal => IsTerminalDescriptor(descriptor) == 1;

    public override void Flush()
    {
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override unsafe int Read(Span<byte> buffer)
    {
        fixed (byte* start = buffer)
        {
            while (true)
            {
                var count = ReadSome(descriptor, start, buffer.Length);
                if (count >= 0 || Marshal.GetLastPInvokeError() is not (Interrupted or Again))
                {
                    return (int)Math.Max(count, 0);
                }
            }
        }
    }

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    /// <exception cref="BrokenPipeException">Nothing reads the other end.</exception>
    /// <exception cref="IOException">With the system's words.</exception>
    public override unsafe void Write(ReadOnlySpan<byte> buffer)
    {
        fixed (byte* start = buffer)
        {
            for (var done = 0; done < buffer.Length;)
            {
                var count = WriteSome(descriptor, start + done, buffer.Length - done);
                done += (int)Math.Max(count, 0);
                if (count < 0)
                {
                    Check(Marshal.GetLastPInvokeError());
                }
            }
        }
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    private void Check(int error)
    {
        if (error == BrokenPipe)
        {
            throw new BrokenPipeException();
        }

        if (error is not (Interrupted or Again))
        {
            var text = Marshal.GetPInvokeErrorMessage(error);
            throw new IOException($"write {(descriptor == 1 ? "/dev/stdout" : "/dev/stderr")}: {char.ToLowerInvariant(text[0])}{text[1..]}");
        }
    }

    [LibraryImport("libc", EntryPoint = "read", SetLastError = true)]
    private static unsafe partial nint ReadSome(int descriptor, byte* buffer, nint count);

    [LibraryImport("libc", EntryPoint = "write", SetLastError = true)]
    private static unsafe partial nint WriteSome(int descriptor, byte* buffer, nint count);

    [LibraryImport("libc", EntryPoint = "isatty")]
    private static partial int IsTerminalDescriptor(int descriptor);
}

using EtcdEdge.Base;
using EtcdEdge.Testing;

namespace EtcdEdge.Storage.Tests;

// Goal: a directory is used by its owner only, and every refusal is one clear line. Method: a simulated disk; the real one in FileDiskTests.
public sealed class DataDirectoryTests
{
    private readonly SimDisk _disk = new(1);

    [Fact]
    public void A_new_directory_is_made_with_its_parents_and_claimed()
    {
        using (var directory = DataDirectory.Open(_disk, "/var/lib/etcd", null))
        {
            Assert.Null(directory.Identity);
            Assert.Equal("/var/lib/etcd/member/wal", directory.WalPath);
            directory.Claim(new MemberIdentity(1, 2, "n1"));
        }

        _disk.Crash();
        using var again = DataDirectory.Open(_disk, "/var/lib/etcd", null);
        Assert.Equal(new MemberIdentity(1, 2, "n1"), again.Identity);
        again.Claim(new MemberIdentity(1, 2, "renamed"));
    }

    [Fact]
    public void Another_member_is_refused()
    {
        using var directory = DataDirectory.Open(_disk, "/data", null);
        directory.Claim(new MemberIdentity(1, 2, "n1"));
        var refusal = Assert.Throws<DataDirectoryException>(() => directory.Claim(new MemberIdentity(1, 3, "n1")));
        Assert.Contains("belongs to member 2 (n1) of cluster 1, not to member 3", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_second_process_is_refused_until_the_first_ends()
    {
        var first = DataDirectory.Open(_disk, "/data", null);
        Assert.Contains("in use by another process", Assert.Throws<DataDirectoryException>(Reopen).Message, StringComparison.Ordinal);
        first.Dispose();
        Reopen();
    }

    [Theory]
    [InlineData("/data/member/snap/db")]
    [InlineData("/data/member/wal/0000000000000000-0000000000000000.wal")]
    public void The_directory_of_etcd_itself_is_refused(string trace)
    {
        Reopen();
        if (trace.Contains("/snap/", StringComparison.Ordinal))
        {
            _disk.CreateDirectory("/data/member/snap");
        }

        _disk.Replace(trace, [1, 2, 3]);
        Assert.StartsWith($"{trace} is etcd's own data", Assert.Throws<DataDirectoryException>(Reopen).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_database_that_etcd_s_tools_left_in_a_member_s_directory_is_told_of_and_a_log_of_etcd_s_is_refused()
    {
        using (var member = DataDirectory.Open(_disk, "/data", null))
        {
            member.Claim(new MemberIdentity(1, 2, "n1"));
        }

        _disk.CreateDirectory("/data/member/snap");
        _disk.Replace("/data/member/snap/db", [1, 2, 3]);
        using (var again = DataDirectory.Open(_disk, "/data", null))
        {
            Assert.Contains("/data/member/snap/db was made by a tool of etcd's", Assert.Single(again.Warnings), StringComparison.Ordinal);
        }

        _disk.Replace("/data/member/wal/0000000000000000-0000000000000000.wal", [1, 2, 3]);
        Assert.StartsWith("/data/member/snap/db is etcd's own data", Assert.Throws<DataDirectoryException>(Reopen).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_separate_log_directory_is_used_and_locked()
    {
        using var directory = DataDirectory.Open(_disk, "/data", "/fast/wal");
        Assert.Equal("/fast/wal", directory.WalPath);
        var refusal = Assert.Throws<DataDirectoryException>(() => DataDirectory.Open(_disk, "/other", "/fast/wal"));
        Assert.StartsWith("/fast/wal is in use", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_damaged_or_newer_or_foreign_identity_is_refused()
    {
        using (var directory = DataDirectory.Open(_disk, "/data", null))
        {
            directory.Claim(new MemberIdentity(1, 2, "n1"));
        }

        _disk.Flip("/data/member/format", 300);
        Assert.EndsWith("its checksum is wrong", Assert.Throws<DataDirectoryException>(Reopen).Message, StringComparison.Ordinal);
        _disk.Replace("/data/member/format", "hello"u8);
        Assert.EndsWith("not a member file of EtcdEdge", Assert.Throws<DataDirectoryException>(Reopen).Message, StringComparison.Ordinal);
        var newer = new MemberIdentity(1, 2, "n1").Encode();
        newer[4] = 9;
        BitConverter.TryWriteBytes(newer, Crc32C.Of(newer.AsSpan(4)));
        _disk.Replace("/data/member/format", newer);
        Assert.Contains("its format is 9", Assert.Throws<DataDirectoryException>(Reopen).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Power_may_go_at_any_change_of_the_first_start()
    {
        for (var change = 0; change < 20; change++)
        {
            var disk = new SimDisk(change) { ChangesUntilPowerCut = change };
            try
            {
                using var directory = DataDirectory.Open(disk, "/a/b", null);
                directory.Claim(new MemberIdentity(1, 2, "n1"));
            }
            catch (PowerCutException)
            {
            }

            disk.Crash();
            using var again = DataDirectory.Open(disk, "/a/b", null);
            Assert.True(again.Identity is null || again.Identity == new MemberIdentity(1, 2, "n1"));
        }
    }

    private void Reopen() => DataDirectory.Open(_disk, "/data", null).Dispose();
}

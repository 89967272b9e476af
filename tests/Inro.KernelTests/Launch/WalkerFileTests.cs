using Inro.KernelTests.Harness;
using Inro.Linux;
using Inro.Linux.Processes;
using Xunit;

namespace Inro.KernelTests.Launch;

/// <summary>The walker's file: sealed, small, and executable where memory files are not.</summary>
public sealed class WalkerFileTests
{
    [KernelFact]
    public void It_is_small() => Assert.InRange(WalkerFile.Length, 1000, 32 * 1024);

    [KernelFact]
    public void Nobody_can_write_to_it()
    {
        using WalkerFile walker = WalkerFile.Create();

        Assert.ThrowsAny<Exception>(() => RandomAccess.Write(walker.Handle, new byte[] { 1 }, 0));
        using Microsoft.Win32.SafeHandles.SafeFileHandle file = File.OpenHandle(
            $"/proc/self/fd/{walker.Handle.DangerousGetHandle()}", FileMode.Open, FileAccess.ReadWrite);
        UnauthorizedAccessException refused = Assert.Throws<UnauthorizedAccessException>(() => RandomAccess.Write(file, new byte[] { 1 }, 0));
        Assert.NotNull(refused);
    }

    [KernelFact]
    public void Without_an_argument_it_refuses()
    {
        using WalkerFile walker = WalkerFile.Create();
        using PidFd process = ProcessSpawn.Open(new SpawnRequest { Program = walker.Handle, Arguments = ["walker"] });

        Assert.Equal(new ExitStatus(ExitKind.Exited, (int)Errno.EPROTO), process.Reap(TimeSpan.FromSeconds(10)));
    }

    [KernelFact(Needs.Root)]
    public void Extracted_it_runs_from_a_read_only_mount_and_leaves_no_name()
    {
        using TempDir directory = TempDir.Create();
        using (WalkerFile walker = WalkerFile.Extract(directory.Path))
        {
            using PidFd process = ProcessSpawn.Open(new SpawnRequest { Program = walker.Handle, Arguments = ["walker"] });
            Assert.Equal(new ExitStatus(ExitKind.Exited, (int)Errno.EPROTO), process.Reap(TimeSpan.FromSeconds(10)));

            IOException refused = Assert.ThrowsAny<IOException>(() => File.OpenHandle(
                $"/proc/self/fd/{walker.Handle.DangerousGetHandle()}", FileMode.Open, FileAccess.ReadWrite).Dispose());
            Assert.Contains("Read-only file system", refused.Message, StringComparison.Ordinal);
        }

        Assert.Empty(Directory.EnumerateFileSystemEntries(directory.Path));
    }
}

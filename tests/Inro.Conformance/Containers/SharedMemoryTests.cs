using Inro.KernelTests.Harness;
using Xunit;

namespace Inro.Conformance.Containers;

/// <summary><c>--ipc shareable</c> and <c>--ipc container:NAME</c>.</summary>
public sealed class SharedMemoryTests
{
    [KernelFact(Instance.Usual)]
    public void A_container_shares_the_ipc_namespace_and_the_memory_of_one_that_allows_it()
    {
        using Instance inro = Instance.WithBusybox();
        inro.Ok("run", "-d", "--name", "giver", "--ipc", "shareable", "--shm-size", "8m", "busybox", "sh", "-c", "echo given >/dev/shm/one; sleep 1000");
        Instance.WaitFor(() => inro.Run("exec", "giver", "cat", "/dev/shm/one").Output == "given\n", "the first file is not there");

        string taken = inro.Ok("run", "--rm", "--ipc", "container:giver", "busybox", "sh", "-c", "cat /dev/shm/one; readlink /proc/self/ns/ipc; echo back >/dev/shm/two; df -k /dev/shm | tail -n1 | awk '{print $2}'");
        string third = inro.Ok("run", "-d", "--name", "taker", "--ipc", "container:giver", "busybox", "sleep", "1000").Trim();

        Assert.Equal($"given\n{inro.Ok("exec", "giver", "readlink", "/proc/self/ns/ipc")}8192\n", taken);
        Assert.Equal("back\n", inro.Ok("exec", "giver", "cat", "/dev/shm/two"));
        Assert.Equal("back\n", inro.Ok("run", "--rm", "--ipc", "container:" + third[..12], "busybox", "cat", "/dev/shm/two")); // handed on
        inro.Ok("rm", "-f", "giver");
        Assert.Equal("given\n", inro.Ok("exec", "taker", "cat", "/dev/shm/one"));
        inro.Ok("rm", "-f", "taker");
        Assert.Empty(Directory.EnumerateFileSystemEntries(inro.Root + "/run/mounts"));
    }

    [KernelFact(Instance.Usual)]
    public void What_may_not_be_joined_is_refused_with_the_reason()
    {
        using Instance inro = Instance.WithBusybox();
        inro.Ok("run", "-d", "--name", "own", "busybox", "sleep", "1000");
        inro.Ok("create", "--name", "idle", "--ipc", "shareable", "busybox", "true");
        string own = inro.Ok("inspect", "-f", "{{.Id}} {{.HostConfig.IpcMode}}", "own").Trim();

        Assert.EndsWith(" private", own, StringComparison.Ordinal);
        Refused(inro, "own", $"can't join IPC of container {own[..64]}: non-shareable IPC (hint: use IpcMode:shareable for the donor container)");
        Refused(inro, "idle", "is not running");
        Refused(inro, "nobody", "No such container: nobody");
        Assert.Contains("cannot be combined with --userns auto", inro.Run("create", "--userns", "auto", "--ipc", "container:own", "busybox", "true").Error, StringComparison.Ordinal);
        inro.Ok("rm", "-f", "own", "idle");
    }

    [KernelFact(OrdinaryUser.Usual)]
    public void An_ordinary_users_containers_share_memory_too()
    {
        using OrdinaryUser user = OrdinaryUser.WithBusybox();
        user.Ok("run", "-d", "--name", "giver", "--ipc", "shareable", "busybox", "sh", "-c", "echo given >/dev/shm/one; sleep 1000");
        Instance.WaitFor(() => user.Run("exec", "giver", "cat", "/dev/shm/one").Output == "given\n", "the file is not there");

        Assert.Equal("given\n", user.Ok("run", "--rm", "--ipc", "container:giver", "busybox", "cat", "/dev/shm/one"));
        user.Ok("rm", "-f", "giver");
        Assert.Empty(user.Leavings());
    }

    private static void Refused(Instance inro, string container, string why)
    {
        ToolResult result = inro.Run("run", "--rm", "--ipc", "container:" + container, "busybox", "true");

        Assert.Equal(125, result.ExitCode);
        Assert.Contains(why, result.Error, StringComparison.Ordinal);
    }
}

using Inro.KernelTests.Harness;
using Inro.Runtime;
using Inro.Runtime.Launch;
using Inro.Spec.Runtime;
using Xunit;

namespace Inro.KernelTests.Containers;

/// <summary>Root file systems that were made to get something of the host. Each name says the attack that must fail.</summary>
public sealed class HostileRootfsTests
{
    [KernelTheory(Needs.Root | Needs.Busybox)]
    [InlineData("proc")]
    [InlineData("sys")]
    public void Proc_and_sys_that_are_links_are_refused(string name)
    {
        using var fixture = new ContainerFixture();
        Directory.Delete(fixture.Bundle / $"rootfs/{name}");
        fixture.Bundle.Dir("rootfs/elsewhere");
        fixture.Bundle.Link($"rootfs/{name}", "/elsewhere");
        Assert.Throws<LaunchException>(() => fixture.Create(fixture.NewId(), ContainerFixture.Config("")));
    }

    [KernelFact(Needs.Root | Needs.Busybox)]
    public void Mount_points_through_links_stay_in_the_rootfs()
    {
        using var fixture = new ContainerFixture();
        using TempDir outside = TempDir.Create();
        fixture.Bundle.Link("rootfs/absolute", outside.Path);
        fixture.Bundle.Link("rootfs/climbing", "../../../../../../../.." + outside.Path);
        RuntimeConfig config = ContainerFixture.Config("true");
        config = config with
        {
            Mounts = [.. config.Mounts, new MountConfig { Destination = "/climbing/x", Type = "tmpfs" }, new MountConfig { Destination = "/absolute/y", Type = "tmpfs" }],
        };
        try { fixture.Run(config); }
        catch (LaunchException) { /* a link to nothing inside is refused: also good */ }

        Assert.Empty(Directory.EnumerateFileSystemEntries(outside.Path));
    }

    [KernelFact(Needs.Root | Needs.Busybox)]
    public void Devices_are_not_made_through_a_dev_that_is_a_link()
    {
        using var fixture = new ContainerFixture();
        using TempDir outside = TempDir.Create();
        Directory.Delete(fixture.Bundle / "rootfs/dev");
        fixture.Bundle.Link("rootfs/dev", outside.Path);
        RuntimeConfig config = ContainerFixture.Config("true");
        config = config with { Mounts = [config.Mounts[0]] };
        try { fixture.Run(config); }
        catch (LaunchException) { /* refused */ }

        Assert.Empty(Directory.EnumerateFileSystemEntries(outside.Path));
    }

    [KernelTheory(Needs.Root | Needs.Busybox)]
    [InlineData("/proc/self/fd/4")]
    [InlineData("/proc/self/fd/8")]
    [InlineData("/proc/1/cwd")]
    public void A_working_directory_in_a_descriptor_of_the_host_is_refused(string cwd)
    {
        using var fixture = new ContainerFixture();
        RuntimeConfig config = ContainerFixture.Config("pwd; ls ..");
        config = config with { Process = config.Process! with { Cwd = cwd } };
        string output = "";
        try { output = fixture.Run(config).Output; }
        catch (IOException) { return; }

        Assert.StartsWith("/", output, StringComparison.Ordinal);
        Assert.DoesNotContain(Path.GetFileName(fixture.State.Path), output, StringComparison.Ordinal);
    }

    [KernelTheory(Needs.Root | Needs.Busybox)]
    [InlineData("program")]
    [InlineData("link")]
    [InlineData("interpreter")]
    [InlineData("hook")]
    public void A_program_cannot_be_reached_through_a_descriptor_of_the_host(string way)
    {
        // CVE-2024-21626: what is open until the exec closes it leads to the host's files while the exec looks for its program.
        using var fixture = new ContainerFixture();
        using TempDir outside = TempDir.Create();
        string program = outside.Path + "/touch"; // busybox by this name makes its first argument
        File.Copy("/bin/busybox", program);
        string made = fixture.Bundle / "rootfs/made";
        for (int number = 3; number < 48; number++)
        {
            string reached = $"/proc/self/fd/{number}/../../../../../../../..{program}";
            RuntimeConfig config = Reaching(fixture, way, reached);
            try { fixture.Run(config); }
            catch (IOException) { /* not found: as it must be */ }

            Assert.False(File.Exists(made), $"descriptor {number}");
        }
    }

    [KernelTheory(Needs.Root | Needs.Busybox)]
    [InlineData("kernel.core_pattern")]
    [InlineData("net/../kernel/core_pattern")]
    [InlineData("kernel/domainname/../core_pattern")]
    [InlineData("vm.overcommit_memory")]
    public void Kernel_parameters_of_the_host_are_refused(string key)
    {
        using var fixture = new ContainerFixture();
        RuntimeConfig config = ContainerFixture.Config("");
        config = config with { Linux = config.Linux! with { Sysctl = new Dictionary<string, string>(StringComparer.Ordinal) { [key] = "x" } } };
        Assert.Equal(RuntimeError.InvalidConfiguration, Assert.Throws<RuntimeException>(() => fixture.Create(fixture.NewId(), config)).Error);
    }

    [KernelTheory(Needs.Root | Needs.Busybox)]
    [InlineData("../x")]
    [InlineData(".hidden")]
    [InlineData("a/b")]
    [InlineData("")]
    public void Ids_that_are_paths_are_refused(string id)
    {
        using var fixture = new ContainerFixture();
        Assert.Equal(RuntimeError.InvalidConfiguration, Assert.Throws<RuntimeException>(() => fixture.Create(id, ContainerFixture.Config(""))).Error);
    }

    [KernelFact(Needs.Root | Needs.Busybox)]
    public void No_descriptor_of_the_host_reaches_the_program()
    {
        using var fixture = new ContainerFixture();
        (string output, _) = fixture.Run(ContainerFixture.Config("exec ls /proc/self/fd"));
        Assert.Equal(["0", "1", "2", "3"], output.Split('\n', StringSplitOptions.RemoveEmptyEntries)); // 3: the directory that ls reads
    }

    [KernelFact(Needs.Root | Needs.Busybox)]
    public void The_program_file_of_the_launch_is_not_seen_inside()
    {
        using var fixture = new ContainerFixture();
        (string output, _) = fixture.Run(ContainerFixture.Config("readlink /proc/1/exe; cat /proc/1/maps | grep -c -E 'memfd|inro'"));
        Assert.Equal("/bin/busybox\n0\n", output);
    }

    private static RuntimeConfig Reaching(ContainerFixture fixture, string way, string program)
    {
        RuntimeConfig config = ContainerFixture.Config("");
        string trap = fixture.Bundle / "rootfs/touch";
        File.Delete(trap);
        if (way == "interpreter")
        {
            File.WriteAllText(trap, $"#!{program}\n");
            File.SetUnixFileMode(trap, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        }
        else { fixture.Bundle.Link("rootfs/touch", program); }

        if (way == "hook") { config = config with { Hooks = new HooksConfig { StartContainer = [new HookConfig { Path = "/touch", Args = ["touch", "/made"] }] } }; }

        string[] arguments = way switch { "program" => [program, "/made"], "hook" => ["/bin/true"], _ => ["/touch", "/made"] };
        return config with { Process = config.Process! with { Args = arguments } };
    }
}

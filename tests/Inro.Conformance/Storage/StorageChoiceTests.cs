using Inro.Conformance.Containers;
using Inro.KernelTests.Harness;
using Xunit;

namespace Inro.Conformance.Storage;

/// <summary>Which kind of snapshot a container gets.</summary>
public sealed class StorageChoiceTests
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(10);

    [KernelFact(Instance.Usual)]
    public void A_store_where_overlayfs_works_uses_it_and_remembers_that()
    {
        using Instance inro = Instance.WithBusybox();
        Assert.False(File.Exists(inro.Root + "/driver"));

        inro.Ok("run", "--name", "box", "busybox", "true");

        Assert.Equal("overlay\n", File.ReadAllText(inro.Root + "/driver"));
        Assert.Equal("overlay2\n", inro.Ok("inspect", "--format", "{{.Driver}}", "box"));
        Assert.DoesNotContain(Directory.EnumerateDirectories(inro.Root + "/snapshots"), static d => d.Contains("probe", StringComparison.Ordinal));
    }

    [KernelTheory(Instance.Usual | Needs.FuseOverlay)]
    [InlineData(true, "fuse-overlayfs")]
    [InlineData(false, "vfs")] // the program is not to be found
    public void Where_overlayfs_does_not_work_the_next_kind_that_does_is_used(bool hasProgram, string driver)
    {
        using TempDir below = TempDir.Create();
        using Instance inro = OnOverlay(below);
        if (!hasProgram) { inro.Environment["PATH"] = below.Dir("nothing"); }

        Assert.Equal("fine\n", inro.Ok("run", "--rm", "busybox", "echo", "fine"));

        Assert.Equal(driver + "\n", File.ReadAllText(inro.Root + "/driver"));
        inro.Ok("run", "--name", "box", "busybox", "touch", "/new");
        Assert.Equal(driver + "\n", inro.Ok("inspect", "--format", "{{.Driver}}", "box"));
    }

    [KernelFact(Instance.Usual | Needs.FuseOverlay)]
    public void A_mount_that_fails_is_explained_with_every_kind_and_what_works_is_taken_from_then_on()
    {
        using TempDir below = TempDir.Create();
        using Instance inro = OnOverlay(below);
        File.WriteAllText(inro.Root + "/driver", "overlay\n"); // remembered from before it was moved here

        ToolResult failed = inro.Run("run", "--rm", "busybox", "true");

        Assert.Equal(125, failed.ExitCode);
        Assert.Contains("the container's root cannot be mounted; overlay: ", failed.Error, StringComparison.Ordinal);
        Assert.Contains("; fuse-overlayfs: works; vfs: works\n", failed.Error, StringComparison.Ordinal);
        Assert.Contains("try: make the container anew", failed.Error, StringComparison.Ordinal);
        Assert.Equal("fine\n", inro.Ok("run", "--rm", "busybox", "echo", "fine"));
        Assert.Empty(inro.Leavings(layers: 1));
    }

    [KernelFact(Instance.Usual)]
    public void A_program_that_is_not_installed_is_named_with_its_package()
    {
        using Instance inro = Instance.WithBusybox();
        using TempDir directory = TempDir.With(("config.toml", "[storage]\ndriver = \"fuse-overlayfs\"\n"));
        inro.Environment["INRO_CONFIG"] = directory / "config.toml";
        inro.Environment["PATH"] = directory.Dir("nothing");

        ToolResult failed = inro.Run("run", "--rm", "busybox", "true");

        Assert.Equal(125, failed.ExitCode);
        Assert.Contains("fuse-overlayfs: the program fuse-overlayfs is not installed; overlay: works; vfs: works", failed.Error, StringComparison.Ordinal);
        Assert.Contains("try: install the package fuse-overlayfs", failed.Error, StringComparison.Ordinal);
        Assert.Empty(inro.Leavings(layers: 1));
    }

    [KernelFact(Instance.Usual)]
    public void A_driver_that_nobody_knows_is_refused_with_those_that_there_are()
    {
        using Instance inro = Instance.WithBusybox();
        using TempDir directory = TempDir.With(("config.toml", "[storage]\ndriver = \"zfs\"\n"));
        inro.Environment["INRO_CONFIG"] = directory / "config.toml";

        ToolResult failed = inro.Run("run", "--rm", "busybox", "true");

        Assert.Contains("storage.driver: 'zfs' is none of overlay, fuse-overlayfs, vfs", failed.Error, StringComparison.Ordinal);
        Assert.Empty(inro.Leavings(layers: 1));
    }

    /// <summary>A store on a file system over which the kernel's overlayfs cannot write: another overlay.</summary>
    private static Instance OnOverlay(TempDir below) => Instance.With(made =>
    {
        Directory.CreateDirectory(made.Root);
        foreach (string name in (string[])["lower", "upper", "work"]) { below.Dir(name); }

        Tool.Run("mount", ["-t", "overlay", "-o", $"lowerdir={below / "lower"},upperdir={below / "upper"},workdir={below / "work"}", "overlay", made.Root], Deadline).Ok();
        made.IsMount = true;
        made.LoadBusybox();
    });
}

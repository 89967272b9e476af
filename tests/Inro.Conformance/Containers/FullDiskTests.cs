using System.Security.Cryptography;
using Inro.KernelTests.Harness;
using Inro.KernelTests.Images.Support;
using Xunit;

namespace Inro.Conformance.Containers;

/// <summary>A disk without room: what cannot be done says so, leaves nothing half done, and works once there is room again.</summary>
public sealed class FullDiskTests
{
    private const string Problem = "no space left on";

    [KernelTheory(Instance.Usual)]
    [InlineData(false)]
    [InlineData(true)]
    public void An_image_that_does_not_fit_is_refused_and_leaves_nothing(bool fromInput)
    {
        using Instance inro = Instance.OnSmallDisk(8);
        string archive = inro.Beside("large.tar");
        TarWriter layer = new();
        layer.File("large"u8.ToArray(), RandomNumberGenerator.GetBytes(16 << 20));
        new TestImage { Name = "docker.io/library/large:latest" }.Layer(layer.ToArray(), LayerPacking.None).WriteLayout(archive);

        ToolResult result = fromInput
            ? InroProcess.Run(["--root", inro.Root, "load"], File.ReadAllBytes(archive))
            : inro.Run("load", "-i", archive);

        Assert.Equal(1, result.ExitCode);
        Assert.Contains(Problem, result.Error, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("try: make room", result.Error, StringComparison.Ordinal);
        Assert.Contains(inro.Root, result.Error, StringComparison.Ordinal);
        Assert.Empty(inro.Ok("images", "-q"));
        Assert.Empty(inro.Leavings(layers: 0));
        inro.LoadBusybox();
        Assert.Equal("fits\n", inro.Ok("run", "--rm", "busybox", "echo", "fits"));
    }

    [KernelFact(Instance.Usual)]
    public void A_container_that_fills_the_disk_ends_by_itself_and_gives_it_back()
    {
        using Instance inro = Instance.OnSmallDisk(8);
        inro.LoadBusybox();

        ToolResult result = inro.Run("run", "--rm", "busybox", "sh", "-c", "sleep 0.3; dd if=/dev/zero of=/large bs=64k"); // once its start is recorded

        Assert.Equal(1, result.ExitCode);
        Assert.Contains("No space left on device", result.Error, StringComparison.Ordinal);
        Assert.Empty(inro.AllContainers());
        Assert.Empty(inro.Leavings(layers: 1));
        Assert.Equal("again\n", inro.Ok("run", "--rm", "busybox", "echo", "again"));
    }

    [KernelFact(Instance.Usual)]
    public void A_log_that_fills_the_disk_stops_neither_the_program_nor_the_removal_that_makes_room()
    {
        const string Chatter = "i=0; while [ $i -lt 300 ]; do head -c 40000 /dev/zero | tr '\\0' x; echo; i=$((i+1)); done; exit 6";
        using Instance inro = Instance.OnSmallDisk(8);
        inro.LoadBusybox();

        ToolResult result = inro.Run("run", "--name", "chatter", "busybox", "sh", "-c", Chatter);

        Assert.Equal(300 * 40001, result.Output.Length);
        Assert.Equal(6, result.ExitCode);
        Assert.Contains("chatter", inro.Ok("ps", "-a"), StringComparison.Ordinal);
        Assert.Equal("chatter\n", inro.Ok("rm", "chatter"));
        Assert.Empty(inro.Leavings(layers: 1));
        Assert.Equal("again\n", inro.Ok("run", "--rm", "busybox", "echo", "again"));
    }

    [KernelTheory(Instance.Usual)]
    [InlineData("run", 125)]
    [InlineData("run -d", 125)]
    [InlineData("create", 125)]
    public void A_start_on_a_full_disk_is_refused_and_leaves_nothing(string command, int status)
    {
        using Instance inro = Instance.OnSmallDisk(8);
        inro.LoadBusybox();
        int refusals = 0;
        for (int left = 0; left <= 96; left += 16)
        {
            Fill(inro, left);
            inro.Run([.. command.Split(' '), "busybox", "true"]); // may still succeed: this one finds the engine's reserve
            Fill(inro, left);

            ToolResult result = inro.Run([.. command.Split(' '), "busybox", "true"]);

            if (result.ExitCode != 0)
            {
                refusals++;
                Assert.Equal(status, result.ExitCode);
                Assert.Contains(Problem, result.Error, StringComparison.OrdinalIgnoreCase);
                Assert.Contains("try: ", result.Error, StringComparison.Ordinal);
                Assert.Contains(inro.Root, result.Error, StringComparison.Ordinal);
            }

            inro.Ok("images"); // looking needs no room
            inro.Ok("ps", "-a");
            File.Delete(inro.Root + "/filling");
            foreach (string id in inro.AllContainers()) { inro.Ok("rm", "-f", id); }

            Instance.WaitFor(() => inro.Run("ps").ExitCode == 0 && !inro.Leavings(layers: 1).Any(), $"with {left} KiB left something stays");
        }

        Assert.True(refusals > 0 || command == "create", "the disk was never full"); // creating is a row and empty directories: the reserve is enough
        Assert.Equal("room\n", inro.Ok("run", "--rm", "busybox", "echo", "room"));
    }

    [KernelFact(Instance.Usual)]
    public void A_container_that_runs_when_the_disk_is_full_is_stopped_and_removed()
    {
        using Instance inro = Instance.OnSmallDisk(8);
        inro.LoadBusybox();
        inro.Ok("run", "-d", "--name", "box", "busybox", "sh", "-c", "trap 'exit 3' TERM; while :; do sleep 0.05; done");
        Fill(inro, 0);

        Assert.Contains("box", inro.Ok("ps"), StringComparison.Ordinal);
        Assert.Equal("box\n", inro.Ok("stop", "box"));
        Assert.Contains("Exited (3)", inro.Ok("ps", "-a"), StringComparison.Ordinal);
        Assert.Equal("box\n", inro.Ok("rm", "box"));
        Assert.Empty(inro.Leavings(layers: 1));
    }

    [KernelFact(Instance.Usual)]
    public void A_new_instance_on_a_full_disk_is_refused_and_can_be_made_later()
    {
        using Instance inro = Instance.OnSmallDisk(1);
        Fill(inro, 0);

        ToolResult result = inro.Run("images");

        Assert.Equal(1, result.ExitCode);
        Assert.Contains(Problem, result.Error, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("try: make room", result.Error, StringComparison.Ordinal);
        File.Delete(inro.Root + "/filling");
        inro.Ok("images");
        Assert.Single(Directory.EnumerateFiles(inro.Root, "VERSION*"));
    }

    /// <summary>Fills what is left of the disk but for some room.</summary>
    private static void Fill(Instance inro, int leftKilobytes)
    {
        using FileStream filling = new(inro.Root + "/filling", FileMode.OpenOrCreate);
        filling.Seek(0, SeekOrigin.End);
        byte[] block = new byte[4096];
        try
        {
            while (true) { filling.Write(block); filling.Flush(); }
        }
        catch (IOException) { /* full, as was wanted */ }

        filling.SetLength(Math.Max(0, (filling.Length - (leftKilobytes * 1024)) / 4096 * 4096));
    }
}

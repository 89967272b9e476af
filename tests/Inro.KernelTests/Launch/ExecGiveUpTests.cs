using Inro.KernelTests.Containers;
using Inro.KernelTests.Harness;
using Inro.Linux;
using Inro.Linux.Descriptors;
using Inro.Linux.Files;
using Inro.Linux.Processes;
using Inro.Runtime;
using Inro.Runtime.Launch;
using Inro.Spec.Runtime;
using Microsoft.Win32.SafeHandles;
using Xunit;

namespace Inro.KernelTests.Launch;

/// <summary>A further process that somebody stops in the middle of its launch.</summary>
[Collection(ExclusiveTests.Name)]
public sealed class ExecGiveUpTests
{
    private const int SignalStop = 19;

    [KernelFact(Needs.Root | Needs.Busybox)]
    public void A_launch_that_was_stopped_is_given_up_when_asked_and_leaves_no_process()
    {
        using var fixture = new ContainerFixture();
        RuntimeConfig config = ContainerFixture.Config("sleep 1000");
        using SafeFileHandle none = Descriptor.Open("/dev/null", OpenFlags.ReadWrite);
        string id = fixture.NewId();
        File.WriteAllBytes(fixture.Bundle / "config.json", RuntimeConfigWriter.Write(config)); // an exec reads it
        using LaunchedContainer running = fixture.Runtime.Create(new LaunchRequest
        {
            Id = id, Config = config, Bundle = fixture.Bundle.Path, StartNow = true, Stdio = new LaunchStdio(none, none, none),
        });
        using var giveUp = new CancellationTokenSource();
        int stopped = 0;

        LaunchException failure = Assert.Throws<LaunchException>(() => fixture.Runtime.Exec(new ExecRequest
        {
            Id = id,
            Process = config.Process! with { Args = ["true"], Terminal = true }, // Config always gives it
            GiveUp = giveUp.Token,
            ConsoleReceiver = _ =>
            {
                stopped = Walker();
                using PidFd walker = PidFd.Open(stopped);
                walker.Signal(SignalStop);
                giveUp.CancelAfter(TimeSpan.FromMilliseconds(200));
            },
        }));

        Assert.Equal(Errno.ECANCELED, failure.Errno);
        Assert.Empty(failure.Failure.NotUndone);
        Assert.False(Directory.Exists($"/proc/{stopped}"));
        fixture.Runtime.Delete(id, force: true);
        running.Process.Reap(TimeSpan.FromSeconds(20));
    }

    // At this point stage 1 has ended, and the host has not answered the other yet.
    private static int Walker() => Directory.EnumerateDirectories("/proc")
        .Select(Path.GetFileName)
        .Where(static name => int.TryParse(name, out _))
        .Select(static name => int.Parse(name!, System.Globalization.CultureInfo.InvariantCulture)) // EnumerateDirectories gives no root
        .Last(static pid => ProcessStat.Read(pid) is { } stat && stat.Parent == Environment.ProcessId && stat.Name.StartsWith("inro:", StringComparison.Ordinal));
}

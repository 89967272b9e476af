using System.Globalization;
using Inro.KernelTests.Harness;
using Inro.Linux;
using Inro.Runtime;
using Inro.Runtime.Launch;
using Inro.Runtime.State;
using Inro.Spec.Runtime;
using Microsoft.Win32.SafeHandles;
using Xunit;

namespace Inro.KernelTests.Launch;

/// <summary>A further process fails, and dies, at each operation of its launch; the container that it was meant for lives on.</summary>
[Collection(ExclusiveTests.Name)]
public sealed class ExecFaultTests
{
    /// <summary>Joining, terminal, limits, identity, program, filter: fewer operations would mean that one of them is not there.</summary>
    private const int FewestOperations = 25;

    [KernelFact(Needs.Root | Needs.Busybox | Needs.LibSeccomp | Needs.UserNamespaces)]
    public void An_exec_that_fails_or_dies_at_any_operation_leaves_the_container_as_it_was()
    {
        using var instance = new FaultyInstance(ContainerKind.UserNamespace);
        LaunchRequest request = instance.First.Request;
        ProcessConfig process = request.Config.Process! with { Args = ["sleep", "1000"], Terminal = false }; // composed with a process
        using LaunchedContainer running = instance.Runtime.Create(request with { Config = request.Config with { Process = process } });
        instance.Accept();
        var titles = new string?[FirstFailure(instance).Total];
        Assert.True(titles.Length >= FewestOperations, $"only {titles.Length} operations");

        instance.AllAtOnce([.. Enumerable.Range(1, titles.Length).SelectMany(static number => new[] { LaunchFault.Fail(number, Errno.EIO), LaunchFault.Kill(number) })], (console, fault) =>
        {
            string what = string.Create(CultureInfo.InvariantCulture, $"{(fault.Kills ? "kill" : "fail")} at {fault.Operation} of {titles.Length}");
            LaunchException failure = FaultyContainer.ExpectFailure(what, () => Exec(instance, console, fault));
            if (!fault.Kills) { titles[fault.Operation - 1] = ExpectMessage(failure, fault, titles.Length); }

            ContainerState state = instance.Runtime.State(instance.First.Id);
            Assert.Equal((ContainerStatus.Running, running.Pid), (state.Status, state.Pid));
        });

        Assert.All(titles, Assert.NotNull);
        Assert.Equal("1000\n/dev/pts/0\n", Exec(instance, instance.First, null));
        instance.Runtime.Delete(instance.First.Id, force: true);
        Assert.Equal(137, running.Process.Reap(TimeSpan.FromSeconds(20))?.Code);
    }

    private static LaunchFailure FirstFailure(FaultyInstance instance)
    {
        LaunchException failure = FaultyContainer.ExpectFailure("fail at 1", () => Exec(instance, instance.First, LaunchFault.Fail(1, Errno.EIO)));
        return failure.Failure;
    }

    private static string ExpectMessage(LaunchException failure, LaunchFault fault, int total)
    {
        string title = failure.Operation?.Title ?? "";
        Assert.Equal(fault.Operation, failure.Operation?.Number);
        Assert.Equal(string.Create(CultureInfo.InvariantCulture, $"{title}: EIO (step {fault.Operation} of {total})"), failure.Message);
        return title;
    }

    /// <summary>A further process in the first container, with a terminal that goes over the console socket of <paramref name="console"/>.</summary>
    private static string Exec(FaultyInstance instance, FaultyContainer console, LaunchFault? fault)
    {
        ProcessConfig process = instance.First.Request.Config.Process! with // composed with a process
        {
            Args = ["sh", "-c", "id -u; tty"], User = new UserConfig { Uid = 1000, Gid = 1000, AdditionalGids = [50] },
        };
        using LaunchedContainer launched = instance.Runtime.Exec(new ExecRequest { Id = instance.First.Id, Process = process, ConsoleReceiver = console.Console.Send, Fault = fault });
        using SafeFileHandle? terminal = console.Console.Take();
        Assert.NotNull(terminal);
        string shown = ConsoleSocket.ReadToEnd(terminal);
        Assert.Equal(0, launched.Process.Reap(TimeSpan.FromSeconds(20))?.Code);
        return shown;
    }
}

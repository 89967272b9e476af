using Inro.KernelTests.Harness;
using Inro.Runtime;
using Inro.Spec.Runtime;
using Microsoft.Win32.SafeHandles;
using Xunit;

namespace Inro.KernelTests.Launch;

/// <summary>The host's side of a launch fails: who sets up networks, a hook, who takes the terminal, the state directory.</summary>
[Collection(ExclusiveTests.Name)]
public sealed class HostFaultTests
{
    [KernelTheory(Needs.Root | Needs.Busybox | Needs.LibSeccomp | Needs.UserNamespaces)]
    [InlineData("network", "run hooks and set up networks on the host: no bridge (step ")]
    [InlineData("prestart", "hook prestart[0] /bin/false: exit status 1")]
    [InlineData("createContainer", "run hook createContainer /bin/false: exit status 1 (step ")]
    [InlineData("startContainer", "run hook startContainer /bin/false: exit status 1 (step ")]
    [InlineData("console", "tell the host that all is ready: no console (step ")]
    [InlineData("state", "state.json")]
    public void What_fails_on_the_host_is_told_and_leaves_nothing(string what, string message)
    {
        using var instance = new FaultyInstance(ContainerKind.UserNamespace, waits: what == "state", width: 1);
        FaultyContainer container = instance.First;
        LaunchRequest request = container.Request;
        container.Request = Fail(request, what, instance);

        Exception? failure = Record.Exception(() => container.Run(null));

        Assert.Contains(message, failure?.Message ?? "it did not fail", StringComparison.Ordinal);
        container.DropConsole();
        instance.ExpectNothingLeft(what);
        container.Request = request;
        Assert.Equal(instance.Whole, container.Run(null));
    }

    private static LaunchRequest Fail(LaunchRequest request, string what, FaultyInstance instance) => what switch
    {
        "network" => request with { NamespacesReady = static _ => throw new IOException("no bridge") },
        "console" => request with { ConsoleReceiver = Refuse },
        "state" => request with { ConsoleReceiver = master => LoseState(master, instance.Directory / $"run/{request.Id}/state.json") },
        _ => request with { Config = request.Config with { Hooks = Hooks(request.Config.Hooks!, what) } }, // the configuration has hooks
    };

    private static void Refuse(SafeFileHandle master)
    {
        master.Dispose();
        throw new IOException("no console");
    }

    /// <summary>The state cannot be written any more when the process is there: it must not stay behind unknown.</summary>
    private static void LoseState(SafeFileHandle master, string file)
    {
        master.Dispose();
        File.Delete(file);
        Directory.CreateDirectory(file + "/full");
    }

    private static HooksConfig Hooks(HooksConfig hooks, string point)
    {
        IReadOnlyList<HookConfig> failing = [new HookConfig { Path = "/bin/false" }];
        return point switch
        {
            "prestart" => hooks with { Prestart = failing },
            "createContainer" => hooks with { CreateContainer = failing },
            _ => hooks with { StartContainer = failing },
        };
    }
}

using Inro.Engine.Containers;
using Inro.Engine.Containers.Compose;
using Inro.Engine.Containers.Rootfs;
using Inro.KernelTests.Harness;
using Inro.Linux.Files;
using Inro.Runtime;
using Inro.Runtime.Launch;
using Xunit;

namespace Inro.KernelTests.Seccomp;

/// <summary>What the engine composes is what the runtime launches: a container without a word about seccomp has the default filter.</summary>
public sealed class DefaultProfileLaunchTests
{
    private const string LoadFilter = "load the filter of system calls";

    [KernelTheory(Needs.Root | Needs.LibSeccomp)]
    [InlineData("", true)]
    [InlineData("seccomp=builtin", true)]
    [InlineData("seccomp=unconfined", false)]
    public void Launch_loads_the_filter_that_was_composed(string option, bool loads)
    {
        using TempDir directory = TempDir.With(("rootfs/bin/", ""));
        using DirFd root = DirFd.Open(directory / "rootfs");
        var config = new ContainerConfig { Image = "x", NetworkMode = "none", Command = ["/bin/true"], SecurityOptions = option.Length > 0 ? [option] : [] };
        ComposedContainer composed = RuntimeConfigComposer.Compose(new ComposeRequest
        {
            Config = config, Id = "0123456789abcdef", Bundle = directory.Path, Rootfs = new DirectoryFiles(root), CgroupsPath = "/inro/none", Host = HostFactsReader.Read(config),
        });
        foreach (BundleFile file in composed.Files) { directory.File(file.Name, file.Content); }
        using var runtime = new ContainerRuntime(directory / "state", directory / "filters");

        using LaunchProgram program = runtime.Compile(new LaunchRequest { Id = "filter-test", Config = composed.Config, Bundle = directory.Path, StartNow = true });

        Assert.Equal(loads, program.Operations.Any(o => o.Label == LoadFilter));
    }
}

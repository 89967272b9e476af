using Inro.Runtime;
using Inro.Runtime.Launch;
using Inro.Spec.Runtime;

namespace Inro.Fuzz;

/// <summary>A configuration, from its bytes to the launch program: it becomes one, or is refused with a reason; nothing else may happen.</summary>
internal sealed class ConfigTarget : IDisposable
{
    private const int MaxOperations = 1 << 20;

    private readonly string directory = Directory.CreateTempSubdirectory("inro-fuzz").FullName;
    private readonly ContainerRuntime runtime;

    public ConfigTarget() => runtime = new ContainerRuntime(directory + "/state", directory + "/filters");

    /// <summary>A config.json.</summary>
    public bool AcceptsConfig(byte[] document) => Accepts(() => RuntimeConfigReader.Read(document));

    /// <summary>A process.json, in a plain container.</summary>
    public bool AcceptsProcess(byte[] document) => Accepts(() => new RuntimeConfig
    {
        OciVersion = "1.3.0", Root = new RootConfig { Path = "rootfs" }, Process = RuntimeConfigReader.ReadProcess(document),
        Linux = new LinuxConfig { Namespaces = [new NamespaceConfig("mount", null), new NamespaceConfig("pid", null)] },
    });

    /// <inheritdoc/>
    public void Dispose()
    {
        runtime.Dispose();
        Directory.Delete(directory, recursive: true);
    }

    private bool Accepts(Func<RuntimeConfig> read)
    {
        try
        {
            RuntimeConfig config = read();
            using LaunchProgram program = runtime.Compile(new LaunchRequest { Id = "fuzz", Config = config, Bundle = directory, StartNow = true });
            if (program.Operations.Count is 0 or > MaxOperations) { throw new InvalidOperationException($"a program of {program.Operations.Count} operations"); }

            return true;
        }
        catch (Exception e) when (e is FormatException or RuntimeException or Inro.Runtime.Resources.ResourceException or LaunchException or Inro.Linux.Seccomp.SeccompException)
        {
            return e.Message.Length > 0 ? false : throw new InvalidOperationException("refused without a reason", e);
        }
    }
}

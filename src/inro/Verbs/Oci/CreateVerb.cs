using Inro.Linux.Files;
using Inro.Runtime;
using Inro.Spec.Runtime;
using Microsoft.Win32.SafeHandles;

namespace Inro.Cli.Verbs.Oci;

/// <summary><c>create</c> and <c>run</c>.</summary>
internal static class CreateVerb
{
    private const int MaxConfigBytes = RuntimeConfigReader.MaxDocumentBytes;

    public static int Run(OciGlobals globals, OciLog log, OciFlags flags, bool start)
    {
        OciLaunchFlags launch = OciLaunchFlags.Read(ref flags, isExec: false);
        string id = flags.Id();
        string bundle = System.IO.Path.GetFullPath(launch.Bundle ?? ".");
        RuntimeConfig config = ReadConfig(bundle);
        bool terminal = config.Process is { Terminal: true };
        bool attached = start && !launch.Detach;
        launch.CheckTerminal(terminal, attached);

        using ContainerRuntime runtime = globals.Open();
        using OciConsole? console = terminal ? OciConsole.For(launch.ConsoleSocket) : null;
        using LaunchedContainer container = runtime.Create(new LaunchRequest
        {
            Id = id, Config = console is null ? config : console.WithSize(config), Bundle = bundle, StartNow = start, NoPivot = launch.NoPivot,
            NoNewKeyring = launch.NoNewKeyring, PreservedDescriptors = launch.PreservedDescriptors(), ConsoleReceiver = console is null ? null : console.Receive,
            Warn = log.Warn, Fault = launch.Fault,
        });
        launch.WritePidFile(container.Pid);
        if (!attached) { return 0; }

        int status = Foreground.Wait(container.Process, console);
        if (!launch.Keep) { runtime.Delete(id, force: true, log.Warn); }

        return status;
    }

    private static RuntimeConfig ReadConfig(string bundle)
    {
        string path = bundle + "/config.json";
        try
        {
            using SafeFileHandle file = Inro.Linux.Descriptors.Descriptor.Open(path, OpenFlags.Read);
            return RuntimeConfigReader.Read(FileDescriptor.ReadToEnd(file, MaxConfigBytes, path));
        }
        catch (Inro.Linux.LinuxException e) when (e.Errno == Inro.Linux.Errno.ENOENT)
        {
            throw new RuntimeException(RuntimeError.InvalidConfiguration, $"JSON specification file config.json not found in {bundle}", "name the bundle's directory with --bundle", e);
        }
    }
}

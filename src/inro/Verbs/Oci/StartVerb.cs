using Inro.Runtime;

namespace Inro.Cli.Verbs.Oci;

/// <summary><c>start</c>: lets a created container go on through its gate.</summary>
internal static class StartVerb
{
    public static int Run(OciGlobals globals, OciLog log, OciFlags flags)
    {
        while (flags.NextFlag(out string name)) { throw flags.Unknown(name); }

        string id = flags.Id();
        using ContainerRuntime runtime = globals.Open();
        runtime.Start(id, log.Warn);
        log.Debug($"container {id} is started");
        return 0;
    }
}

using Inro.Runtime;

namespace Inro.Cli.Verbs.Oci;

/// <summary><c>pause</c> and <c>resume</c>: the container's processes stand still, or run on.</summary>
internal static class PauseVerb
{
    public static int Run(OciGlobals globals, OciLog log, OciFlags flags, bool pause)
    {
        while (flags.NextFlag(out string name)) { throw flags.Unknown(name); }

        string id = flags.Id();
        using ContainerRuntime runtime = globals.Open();
        if (pause) { runtime.Pause(id); }
        else { runtime.Resume(id); }

        log.Debug($"container {id} is {(pause ? "paused" : "resumed")}");
        return 0;
    }
}

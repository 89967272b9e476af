using Inro.Runtime;

namespace Inro.Cli.Verbs.Oci;

/// <summary><c>delete</c>: removes what is left of a container that has ended; <c>--force</c> ends it first.</summary>
internal static class DeleteVerb
{
    public static int Run(OciGlobals globals, OciLog log, OciFlags flags)
    {
        bool force = false;
        while (flags.NextFlag(out string name))
        {
            force = name is "f" or "force" ? flags.Switch() : throw flags.Unknown(name);
        }

        string id = flags.Id();
        using ContainerRuntime runtime = globals.Open();
        try { runtime.Delete(id, force, log.Warn); }
        catch (RuntimeException e) when (force && e.Error == RuntimeError.NotFound) { return 0; }

        log.Debug($"container {id} is deleted");
        return 0;
    }
}

using Inro.Runtime;

namespace Inro.Cli.Verbs.Oci;

/// <summary><c>kill</c>: signals a container's first process, or all of them.</summary>
internal static class KillVerb
{
    public static int Run(OciGlobals globals, OciFlags flags)
    {
        bool all = false;
        while (flags.NextFlag(out string name))
        {
            all = name is "a" or "all" ? flags.Switch() : throw flags.Unknown(name);
        }

        string id = flags.Operand("container id");
        int signal = OciSignals.Parse(flags.OperandOr("TERM"));
        flags.End();
        using ContainerRuntime runtime = globals.Open();
        runtime.Kill(id, signal, all);
        return 0;
    }
}

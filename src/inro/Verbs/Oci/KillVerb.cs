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

        string[] operands = flags.Operands(1, 2);
        int signal = OciSignals.Parse(operands.Length == 2 ? operands[1] : "TERM");
        using ContainerRuntime runtime = globals.Open();
        runtime.Kill(operands[0], signal, all);
        return 0;
    }
}

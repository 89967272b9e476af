using System.Text;
using Inro.Cli.Output;
using Inro.Runtime;

namespace Inro.Cli.Verbs.Oci;

/// <summary><c>state</c>: prints what a container is doing, as the specification has it.</summary>
internal static class StateVerb
{
    public static int Run(OciGlobals globals, OciFlags flags)
    {
        while (flags.NextFlag(out string name)) { throw flags.Unknown(name); }

        string id = flags.Id();
        using ContainerRuntime runtime = globals.Open();
        Screen.WriteLine(Encoding.UTF8.GetString(runtime.StateJson(id)));
        return 0;
    }
}

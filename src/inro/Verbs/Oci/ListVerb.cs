using System.Text;
using Inro.Cli.Output;
using Inro.Runtime;
using Inro.Runtime.State;
using Inro.Spec;

namespace Inro.Cli.Verbs.Oci;

/// <summary><c>list</c>: the containers of this state directory.</summary>
internal static class ListVerb
{
    public static int Run(OciGlobals globals, OciFlags flags)
    {
        bool quiet = false, json = false;
        while (flags.NextFlag(out string name))
        {
            if (name is "q" or "quiet") { quiet = flags.Switch(); }
            else if (name is "f" or "format") { json = flags.Value(name) is "json"; }
            else { throw flags.Unknown(name); }
        }

        flags.End();
        using ContainerRuntime runtime = globals.Open();
        IReadOnlyList<ContainerState> states = runtime.List();
        if (json)
        {
            Screen.WriteLine("[" + string.Join(',', states.Select(s => Encoding.UTF8.GetString(runtime.StateJson(s.Id)))) + "]");
            return 0;
        }

        if (!quiet) { Screen.WriteLine($"{"ID",-24} {"PID",-8} {"STATUS",-8} {"BUNDLE",-40} CREATED"); }

        foreach (ContainerState state in states)
        {
            int pid = state.Status == ContainerStatus.Stopped ? 0 : state.Pid;
            string created = Rfc3339.FormatSeconds(Rfc3339.ToNanoseconds(state.Created));
            Screen.WriteLine(quiet ? state.Id : $"{state.Id,-24} {pid,-8} {state.Status.ToString().ToLowerInvariant(),-8} {state.Bundle,-40} {created}");
        }

        return 0;
    }
}

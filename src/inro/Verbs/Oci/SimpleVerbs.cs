using System.Globalization;
using System.Text;
using Inro.Cli.Output;
using Inro.Runtime;
using Inro.Runtime.State;

namespace Inro.Cli.Verbs.Oci;

/// <summary>The verbs that are one call: start, state, kill, delete, list.</summary>
internal static class SimpleVerbs
{
    public static int Start(OciGlobals globals, OciLog log, OciFlags flags)
    {
        while (flags.NextFlag(out string name)) { throw flags.Unknown(name); }

        string id = flags.Operand("container id");
        flags.End();
        using ContainerRuntime runtime = globals.Open();
        runtime.Start(id, log.Warn);
        return 0;
    }

    public static int State(OciGlobals globals, OciFlags flags)
    {
        while (flags.NextFlag(out string name)) { throw flags.Unknown(name); }

        string id = flags.Operand("container id");
        flags.End();
        using ContainerRuntime runtime = globals.Open();
        Screen.WriteLine(Encoding.UTF8.GetString(runtime.StateJson(id)));
        return 0;
    }

    public static int Kill(OciGlobals globals, OciFlags flags)
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

    public static int Delete(OciGlobals globals, OciLog log, OciFlags flags)
    {
        bool force = false;
        while (flags.NextFlag(out string name))
        {
            force = name is "f" or "force" ? flags.Switch() : throw flags.Unknown(name);
        }

        string id = flags.Operand("container id");
        flags.End();
        using ContainerRuntime runtime = globals.Open();
        try { runtime.Delete(id, force, log.Warn); }
        catch (RuntimeException e) when (force && e.Error == RuntimeError.NotFound) { return 0; }

        return 0;
    }

    public static int List(OciGlobals globals, OciFlags flags)
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
            string created = state.Created.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
            Screen.WriteLine(quiet ? state.Id : $"{state.Id,-24} {pid,-8} {state.Status.ToString().ToLowerInvariant(),-8} {state.Bundle,-40} {created}");
        }

        return 0;
    }
}

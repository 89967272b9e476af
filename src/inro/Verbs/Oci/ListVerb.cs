using System.Globalization;
using Inro.Cli.Output;
using Inro.Runtime;
using Inro.Runtime.State;

namespace Inro.Cli.Verbs.Oci;

/// <summary><c>list</c>: the containers of this state directory.</summary>
internal static class ListVerb
{
    private const int LeastWidth = 12;
    private const int Gap = 3;
    private static readonly string[] Heading = ["ID", "PID", "STATUS", "BUNDLE", "CREATED", "OWNER"];

    public static int Run(OciGlobals globals, OciFlags flags)
    {
        bool quiet = false;
        string format = "table";
        while (flags.NextFlag(out string name))
        {
            if (name is "q" or "quiet") { quiet = flags.Switch(); }
            else if (name is "f" or "format") { format = flags.Value(name); }
            else { throw flags.Unknown(name); }
        }

        _ = flags.Operands(0, 0);
        using ContainerRuntime runtime = globals.Open();
        IReadOnlyList<ContainerState> states = [.. runtime.List().OrderBy(static s => s.Id, StringComparer.Ordinal)];
        if (quiet)
        {
            foreach (ContainerState state in states) { Screen.WriteLine(state.Id); }

            return 0;
        }

        switch (format)
        {
            case "table":
                Screen.Write(Table(states, UserNames.Read()));
                return 0;
            case "json":
                Screen.WriteLine(StateListing.Json(states, UserNames.Read()));
                return 0;
            default:
                throw new OciUsageException("invalid format option");
        }
    }

    /// <summary>Columns as wide as their longest cell and a gap; the last has no end.</summary>
    internal static string Table(IReadOnlyList<ContainerState> states, UserNames users)
    {
        var rows = new List<string[]>(states.Count + 1) { Heading };
        foreach (ContainerState state in states)
        {
            rows.Add([state.Id, StateListing.Pid(state).ToString(CultureInfo.InvariantCulture), StateListing.Status(state), state.Bundle,
                StateListing.Created(state), users.Owner(state.Owner)]);
        }

        var text = new System.Text.StringBuilder();
        int last = Heading.Length - 1;
        int[] widths = [.. Enumerable.Range(0, last).Select(column => Math.Max(LeastWidth, rows.Max(row => row[column].Length) + Gap))];
        foreach (string[] row in rows)
        {
            for (int column = 0; column < last; column++) { text.Append(row[column].PadRight(widths[column])); }

            text.Append(row[last]).Append('\n');
        }

        return text.ToString();
    }
}

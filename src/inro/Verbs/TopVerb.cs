using Inro.Cli.Arguments;
using Inro.Cli.Output;
using Inro.Engine.Statistics;

namespace Inro.Cli.Verbs;

/// <summary><c>inro top</c>: the processes of a container, by ps(1) with options or by podman's descriptors.</summary>
internal sealed class TopVerb : Verb
{
    private bool latest;

    public override string Usage => "[OPTIONS] CONTAINER [ps OPTIONS | DESCRIPTOR...]";

    public override string Summary => "Display the running processes of a container";

    public override string[] Aliases => ["container top", "top"];

    public override bool NeedsIds => true;

    public override bool FlagsAfterOperands => false;

    public override Completion Offers => Completion.RunningContainer;

    public override void AddFlags(FlagTable table) => table.Switch("latest", 'l', "Show the container that was made last", v => latest = v);

    public override int Run(IReadOnlyList<string> operands, Session session)
    {
        int options = latest ? 0 : 1;
        if (operands.Count < options) { throw new UsageException($"\"inro {Path}\" requires at least 1 argument.", ExitStatus.Failure); }

        string named = latest ? ContainerSelection.Latest(session) : operands[0];
        IReadOnlyList<int> pids = session.Containers.ProcessesOf(session.Containers.Find(named).Id);
        string[] asked = [.. operands.Skip(options)];
        string[] descriptors = [.. asked.SelectMany(static a => a.Split(',', StringSplitOptions.RemoveEmptyEntries))];
        if (asked.Length == 0) { Show(ProcessTable.FullFormat, ProcessTable.ReadFull(pids)); }
        else if (Array.TrueForAll(descriptors, static d => ProcessTable.Descriptors.Contains(d, StringComparer.Ordinal)))
        {
            Show([.. descriptors.Select(ProcessTable.HeadingOf)], ProcessTable.Read(pids, descriptors));
        }
        else { Screen.Write(string.Concat(PsProgram.Read(asked, pids).Select(static line => line + "\n"))); }

        return ExitStatus.Success;
    }

    private static void Show(IReadOnlyList<string> headings, IReadOnlyList<IReadOnlyList<string>> rows)
    {
        string text = string.Join('\t', headings) + "\n" + string.Concat(rows.Select(static r => string.Join('\t', r) + "\n"));
        Screen.Write(TextTable.Align(text));
    }
}

using Inro.Cli.Arguments;
using Inro.Cli.Output;
using Inro.Engine;
using Inro.Engine.Containers;

namespace Inro.Cli.Verbs;

/// <summary><c>inro autostart</c>: starts what should run since the boot, and has that done at each boot.</summary>
internal sealed class AutostartVerb : Verb
{
    private bool prints;

    public override string Usage => "[OPTIONS] [install|remove|run|status]";

    public override string Summary => "Start containers by their restart policies at boot (--restart always|unless-stopped|on-failure)";

    public override bool NeedsIds => true;

    public override int MostOperands => 1;

    public override Completion Offers => Completion.Of("install", "remove", "run", "status");

    public override void AddFlags(FlagTable table) => table
        .Switch("print", '\0', "With install: print the unit or script instead of putting it into its place", v => prints = v);

    public override int Run(IReadOnlyList<string> operands, Session session)
    {
        BootUnit unit = BootUnit.OfHost(session.Flags.Root);
        switch (operands.Count == 0 ? "run" : operands[0])
        {
            case "run": return Start(session);
            case "install" when prints:
                Screen.Write(unit.Text);
                return ExitStatus.Success;
            case "install":
                foreach (string line in unit.Install()) { Screen.WriteLine(line); }

                return ExitStatus.Success;
            case "remove":
                foreach (string line in unit.Remove()) { Screen.WriteLine(line); }

                return ExitStatus.Success;
            case "status":
                Screen.WriteLine(unit.IsInstalled ? $"installed: {unit.Path}" : $"not installed: {unit.Path}");
                return unit.IsInstalled ? ExitStatus.Success : ExitStatus.Failure;
            default:
                throw new UsageException($"unknown argument '{operands[0]}': install, remove, run and status exist", ExitStatus.Failure);
        }
    }

    private static int Start(Session session)
    {
        int status = ExitStatus.Success;
        foreach ((string name, EngineException? failure) in session.Containers.StartAtBoot())
        {
            if (failure is null) { Screen.WriteLine(name); }
            else
            {
                Failures.Tell($"{name}: {failure.Problem}", failure.Remedy);
                status = ExitStatus.Failure;
            }
        }

        return status;
    }
}

using Inro.Cli.Arguments;
using Inro.Cli.Output;

namespace Inro.Cli.Verbs;

/// <summary><c>inro healthcheck run</c>: tests the health of a container now. See podman-healthcheck-run(1).</summary>
internal sealed class HealthcheckVerb : Verb
{
    private bool ignoresResult;

    public override string Usage => "[OPTIONS] CONTAINER";

    public override string Summary => "Run the health check of a container once";

    public override bool NeedsIds => true;

    public override int LeastOperands => 1;

    public override int MostOperands => 1;

    public override Completion Offers => Completion.RunningContainer;

    public override void AddFlags(FlagTable table) => table.Switch("ignore-result", '\0', "Exit with 0 whatever the check says", v => ignoresResult = v);

    public override int Run(IReadOnlyList<string> operands, Session session)
    {
        (int code, string output) = session.Containers.CheckHealth(session.Containers.Find(operands[0]).Id);
        if (code == 0) { return ExitStatus.Success; }

        if (output.Length > 0) { Screen.WriteError(output.TrimEnd('\n')); }

        Screen.WriteLine("unhealthy");
        return ignoresResult ? ExitStatus.Success : ExitStatus.Failure;
    }
}

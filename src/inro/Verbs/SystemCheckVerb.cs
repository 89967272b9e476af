using Inro.Cli.Arguments;
using Inro.Cli.Output;
using Inro.Engine.Checks;
using Inro.Engine.Registries;

namespace Inro.Cli.Verbs;

/// <summary><c>inro system check</c>: whether the store is what its rows say, and, where it is not, how that is set right.</summary>
internal sealed class SystemCheckVerb : Verb
{
    private bool quick;
    private bool repair;

    public override string Usage => "[OPTIONS]";

    public override string Summary => "Check the store: every digest, every layer, rows against files both ways";

    public override int MostOperands => 0;

    public override bool NeedsIds => true;

    public override void AddFlags(FlagTable table) => table
        .Switch("quick", '\0', "Look whether files are there, without reading them", v => quick = v)
        .Switch("repair", '\0', "Set right what is wrong: fetch again, unpack again, remove what nobody knows", v => repair = v);

    public override int Run(IReadOnlyList<string> operands, Session session)
    {
        using var interruption = new Interruption();
        try
        {
            var options = new CheckOptions { Quick = quick, Repair = repair, Access = repair ? RegistryAccess.Configured(ImagePull.UserAgent) : null };
            return Tell(new StoreDoctor(session.Paths).Run(options, interruption.Token));
        }
        catch (OperationCanceledException) when (interruption.Token.IsCancellationRequested)
        {
            Failures.Tell("interrupted; what was set right stays so", "inro system check --repair goes on");
            return ExitStatus.Interrupted;
        }
    }

    private int Tell(CheckReport report)
    {
        foreach (StoreProblem problem in report.Problems) { Screen.WriteLine(problem.Outcome is { } outcome ? $"{problem.What}: {outcome}" : problem.What); }

        int left = report.Problems.Count(static p => !p.IsRepaired);
        (int images, int layers, int blobs) = report.Looked;
        Screen.WriteLine($"{images} images, {layers} layers, {blobs} blobs: {(report.Problems.Count == 0 ? "nothing is wrong" : $"{report.Problems.Count} problems, {report.Problems.Count - left} repaired")}");
        if (left == 0) { return ExitStatus.Success; }

        if (!repair) { Screen.WriteError("try: inro system check --repair"); }

        return ExitStatus.Failure;
    }
}

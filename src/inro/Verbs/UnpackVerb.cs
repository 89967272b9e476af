using Inro.Cli.Arguments;
using Inro.Cli.Output;
using Inro.Cli.Verbs.Oci;
using Inro.Engine.Bundles;
using Inro.Engine.Rootless;
using Inro.Linux.Cgroups;
using Inro.Spec.Runtime;

namespace Inro.Cli.Verbs;

/// <summary><c>inro image unpack</c>: a bundle for any OCI runtime.</summary>
internal sealed class UnpackVerb : Verb
{
    public override string Usage => "IMAGE DIRECTORY";

    public override string Summary => "Unpack an image into an OCI bundle: its files and a config.json";

    public override int LeastOperands => 2;

    public override int MostOperands => 2;

    public override bool NeedsIds => true;

    public override Completion Offers => Completion.Image;

    public override int Run(IReadOnlyList<string> operands, Session session)
    {
        RuntimeConfig template = StarterConfig.Make(isUnified: CgroupLayout.Read().IsPureUnified);
        if (RootlessEntry.OuterUser is not null) { template = StarterConfig.ForOrdinaryUser(template, OwnIds("uid_map"), OwnIds("gid_map")); }

        using var interruption = new Interruption();
        try
        {
            new BundleService(session.Paths, session.Images).Unpack(operands[0], operands[1], template, interruption.Token);
            return ExitStatus.Success;
        }
        catch (OperationCanceledException) when (interruption.Token.IsCancellationRequested)
        {
            Failures.Tell("interrupted; nothing is left of the bundle", "the same command begins again");
            return ExitStatus.Interrupted;
        }
    }

    /// <summary>The ids that files of the bundle may have: those that this user's namespace has.</summary>
    private static IReadOnlyList<IdMapping> OwnIds(string map) => IdMapping.ReadMap(File.ReadAllText("/proc/self/" + map));
}

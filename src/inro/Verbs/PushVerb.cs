using Inro.Cli.Arguments;
using Inro.Cli.Output;
using Inro.Engine;
using Inro.Engine.Registries;
using Inro.Spec;
using Inro.Spec.Image;

namespace Inro.Cli.Verbs;

/// <summary><c>inro push</c>: an image to a registry.</summary>
internal sealed class PushVerb : Verb
{
    private readonly ProgressFlag progress = new();
    private bool allTags;
    private Platform? platform;

    public override string Usage => "[OPTIONS] NAME[:TAG]";

    public override string Summary => "Upload an image to a registry";

    public override string[] Aliases => ["image push", "push"];

    public override int LeastOperands => 1;

    public override int MostOperands => 1;

    public override bool NeedsIds => true;

    public override Completion Offers => Completion.Image;

    public override void AddFlags(FlagTable table)
    {
        table
            .Switch("all-tags", 'a', "Push all tags of an image to the repository", v => allTags = v)
            .ContentTrust()
            .Platform("Push only if the image is for this platform", v => platform = v);
        progress.AddTo(table);
    }

    public override int Run(IReadOnlyList<string> operands, Session session)
    {
        ImageReference reference = ReferenceArgument.Parse(operands[0]);
        if (reference.Digest is not null) { throw new EngineException(ErrorCode.InvalidArgument, "cannot push a digest reference", $"inro push {reference.FamiliarName}:TAG"); }

        RegistryAccess access = RegistryAccess.Configured(ImagePull.UserAgent);
        using var interruption = new Interruption();
        bool speaks = progress.Style is ProgressStyle.Auto or ProgressStyle.Plain;
        if (speaks) { Screen.WriteLine($"The push refers to repository [{reference.Name}]"); }

        try
        {
            foreach (ImageReference name in allTags ? All(reference, session) : [reference])
            {
                if (platform is not null) { session.Images.Resolve(name.ToString(), platform); }

                var screen = progress.Style == ProgressStyle.None ? null : new TransferScreen(progress.Style, "Pushing");
                Descriptor pushed = session.Images.Push(name, access, screen, interruption.Token);
                if (speaks) { Screen.WriteLine($"{name.Tag}: digest: {pushed.Digest} size: {pushed.Size}"); }
                else if (progress.IsQuiet) { Screen.WriteLine(name.ToString()); }
            }

            return ExitStatus.Success;
        }
        catch (OperationCanceledException) when (interruption.Token.IsCancellationRequested)
        {
            Failures.Tell("interrupted; what was given stays there", $"inro push {operands[0]} goes on from there");
            return ExitStatus.Interrupted;
        }
    }

    private static IReadOnlyList<ImageReference> All(ImageReference reference, Session session)
    {
        IReadOnlyList<ImageReference> names = session.Images.NamesIn(reference);
        return names.Count > 0
            ? names
            : throw new EngineException(ErrorCode.NotFound, $"An image does not exist locally with the tag: {reference.FamiliarName}", $"name one with: inro tag IMAGE {reference.Familiar}");
    }
}

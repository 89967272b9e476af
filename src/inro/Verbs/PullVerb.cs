using Inro.Cli.Arguments;
using Inro.Cli.Output;
using Inro.Engine;
using Inro.Engine.Registries;
using Inro.Images.Registry;
using Inro.Spec;

namespace Inro.Cli.Verbs;

/// <summary><c>inro pull</c>: an image from a registry.</summary>
internal sealed class PullVerb : Verb
{
    private readonly ProgressFlag progress = new();
    private Platform? platform;
    private bool allTags;

    public override string Usage => "[OPTIONS] NAME[:TAG|@DIGEST]";

    public override string Summary => "Download an image from a registry";

    public override string[] Aliases => ["image pull", "pull"];

    public override int LeastOperands => 1;

    public override int MostOperands => 1;

    public override bool NeedsIds => true;

    public override Completion Offers => Completion.Image;

    public override void AddFlags(FlagTable table)
    {
        table
            .Switch("all-tags", 'a', "Download all tagged images in the repository", v => allTags = v)
            .ContentTrust()
            .Platform("Choose the image for a platform", v => platform = v);
        progress.AddTo(table);
    }

    public override int Run(IReadOnlyList<string> operands, Session session)
    {
        ImageReference reference = ReferenceArgument.Parse(operands[0]);
        RegistryAccess access = RegistryAccess.Configured(ImagePull.UserAgent);
        using var interruption = new Interruption();
        var pull = new ImagePull(session, access, progress.Style, interruption.Token) { Platform = platform };
        try
        {
            if (!allTags)
            {
                bool isImplied = reference is { Tag: "latest", Digest: null } && !operands[0].EndsWith(":latest", StringComparison.Ordinal);
                if (isImplied && !progress.IsQuiet) { Screen.WriteLine("Using default tag: latest"); }

                pull.Pull(reference);
                return ExitStatus.Success;
            }

            foreach (ImageReference tagged in Tags(operands[0], reference, access, interruption.Token)) { pull.Pull(tagged); }

            return ExitStatus.Success;
        }
        catch (OperationCanceledException) when (interruption.Token.IsCancellationRequested)
        {
            Failures.Tell("interrupted; what has come is kept", $"inro pull {operands[0]} goes on from there");
            return ExitStatus.Interrupted;
        }
    }

    private static IEnumerable<ImageReference> Tags(string typed, ImageReference reference, RegistryAccess access, CancellationToken ct)
    {
        bool hasTag = reference.Digest is not null || typed.LastIndexOf(':') > typed.LastIndexOf('/');
        if (hasTag) { throw new EngineException(ErrorCode.InvalidArgument, "tag can't be used with --all-tags/-a", $"inro pull --all-tags {reference.FamiliarName}"); }

        (RegistryClient client, string repository) = access.ToPush(reference);
        using (client)
        {
            List<string> tags;
            try { tags = [.. client.ListTags(repository, ct)]; }
            catch (RegistryException refused) { throw RegistryAccess.Failure(refused); }

            return [.. tags.Select(tag => ImageReference.Parse($"{reference.Name}:{tag}"))];
        }
    }
}

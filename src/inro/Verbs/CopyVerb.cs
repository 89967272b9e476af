using Inro.Cli.Arguments;
using Inro.Cli.Output;
using Inro.Engine;
using Inro.Engine.Images;
using Inro.Engine.Registries;
using Inro.Images.Copies;

namespace Inro.Cli.Verbs;

/// <summary><c>inro image copy</c>: an image from one place to another, as it is stored.</summary>
internal sealed class CopyVerb : Verb
{
    private readonly ProgressFlag progress = new();
    private readonly RegistryFlags source = new("src-", "the source registry");
    private readonly RegistryFlags destination = new("dest-", "the destination registry");
    private CopyOptions options = new();
    private bool all;
    private string? digestFile;
    private readonly PackingFlags packing = new();
    private int? attempts;

    public override string Usage => "[OPTIONS] SOURCE DESTINATION";

    public override string Summary => "Copy an image between registries, archives, directories and this instance";

    public override int LeastOperands => 2;

    public override int MostOperands => 2;

    public override bool NeedsIds => true;

    public override void AddFlags(FlagTable table)
    {
        table
            .Switch("all", 'a', "Copy all images of an index, not only the one for this platform", v => all = v)
            .Text("digestfile", '\0', "Write the digest of what was copied to a file", v => digestFile = v, offers: Completion.File)
            .Text("format", 'f', "Write manifests in the words of 'oci' or 'v2s2'", v => options = options with { Format = FormatOf(v) }, offers: Completion.Of("oci", "v2s2"))
            .Text("multi-arch", '\0', "How much of an index to copy: 'system', 'all' or 'index-only'", v => options = options with { Extent = ExtentOf(v) }, offers: Completion.Of("system", "all", "index-only"))
            .Platform("Choose the image for a platform", v => options = options with { Platform = v })
            .Switch("preserve-digests", '\0', "Fail rather than change a digest", v => options = options with { KeepsDigests = v })
            .Switch("referrers", '\0', "Copy what refers to the image, too: signatures, attestations", v => options = options with { WithReferrers = v })
            .Number("retry-times", '\0', "How often a failed request is made again", v => attempts = (int)v + 1, initially: "5", least: 0, most: 100);
        progress.AddTo(table);
        source.AddTo(table);
        destination.AddTo(table);
        packing.AddTo(table);
    }

    public override int Run(IReadOnlyList<string> operands, Session session)
    {
        (CopyLocation from, CopyLocation to) = (Location(operands[0]), Location(operands[1]));
        RegistryAccess access = RegistryAccess.Configured(ImagePull.UserAgent);
        using var interruption = new Interruption();
        var request = new CopyRequest
        {
            Source = from,
            Destination = to,
            Options = (all ? options with { Extent = CopyExtent.All } : options) with { Packing = packing.Choice() },
            SourceAccess = source.Apply(access, from, attempts),
            DestinationAccess = destination.Apply(access, to, attempts),
            Progress = progress.Style == ProgressStyle.None ? null : new TransferScreen(progress.Style, "Copying"),
        };
        try
        {
            CopyResult copied = session.Images.Copy(request, interruption.Token);
            Tell(copied);
            return ExitStatus.Success;
        }
        catch (OperationCanceledException) when (interruption.Token.IsCancellationRequested)
        {
            Failures.Tell("interrupted", "the same command begins again; what a registry was given is not given twice");
            return ExitStatus.Interrupted;
        }
    }

    private void Tell(CopyResult copied)
    {
        string digest = copied.Target.Digest.ToString();
        if (digestFile is not null)
        {
            try { File.WriteAllText(digestFile, digest); }
            catch (Exception refused) when (refused is IOException or UnauthorizedAccessException)
            {
                throw new EngineException(ErrorCode.InvalidArgument, $"copied as {digest}, but the digest cannot be written to {digestFile}: {refused.Message}", "name a file that can be written", refused);
            }
        }

        if (progress.Style is not (ProgressStyle.Auto or ProgressStyle.Plain)) { return; }

        if (copied.Referrers > 0) { Screen.WriteLine($"Referrers: {copied.Referrers}"); }

        Screen.WriteLine($"Digest: {digest}");
    }

    private static CopyLocation Location(string typed)
    {
        try { return CopyLocation.Parse(typed); }
        catch (FormatException wrong) { throw new EngineException(ErrorCode.InvalidArgument, wrong.Message, $"a place is written as {CopyLocation.Spellings}", wrong); }
    }

    private static DocumentFormat FormatOf(string word) => word switch
    {
        "oci" => DocumentFormat.Oci,
        "v2s2" => DocumentFormat.Docker,
        _ => throw new FormatException("must be one of oci, v2s2"),
    };

    private static CopyExtent ExtentOf(string word) => word switch
    {
        "system" => CopyExtent.System,
        "all" => CopyExtent.All,
        "index-only" => CopyExtent.IndexOnly,
        _ => throw new FormatException("must be one of system, all, index-only"),
    };
}

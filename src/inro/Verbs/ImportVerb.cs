using Inro.Cli.Arguments;
using Inro.Cli.Output;
using Inro.Engine;
using Inro.Engine.Images;
using Inro.Images.Imports;
using Inro.Images.Transfers;
using Inro.Linux.Terminals;
using Inro.Spec;
using Microsoft.Win32.SafeHandles;

namespace Inro.Cli.Verbs;

/// <summary><c>inro import</c>: an image of one layer out of a root file system.</summary>
internal sealed class ImportVerb : Verb
{
    private readonly List<string> changes = [];
    private string? message;
    private Platform? platform;

    public override string Usage => "[OPTIONS] file|URL|- [REPOSITORY[:TAG]]";

    public override string Summary => "Import the contents from a tarball to create a filesystem image";

    public override string[] Aliases => ["image import", "import"];

    public override int LeastOperands => 1;

    public override int MostOperands => 2;

    public override bool NeedsIds => true;

    public override Completion Offers => Completion.File;

    public override void AddFlags(FlagTable table) => table
        .List("change", 'c', "Apply Dockerfile instruction to the created image", changes.Add)
        .Text("message", 'm', "Set commit message for imported image", v => message = v)
        .Platform("Set the platform of the image", v => platform = v);

    public override int Run(IReadOnlyList<string> operands, Session session)
    {
        string source = operands[0];
        ImageReference? reference = operands.Count == 2 ? ReferenceArgument.Parse(operands[1]) : null;
        if (reference?.Digest is not null) { throw new EngineException(ErrorCode.InvalidArgument, "cannot import digest reference", "leave the part from @ on out"); }

        using var interruption = new Interruption();
        var request = new ImportRequest
        {
            Reference = reference,
            Changes = changes,
            Message = message ?? $"Imported from {source}",
            Platform = platform ?? Platform.Host,
        };
        try
        {
            using Stream tar = Open(source, interruption.Token);
            string id = session.Images.Import(tar, request, interruption.Token);
            ImagePolicy.Apply(session, [id]);
            Screen.WriteLine(id);
            return ExitStatus.Success;
        }
        catch (OperationCanceledException) when (interruption.Token.IsCancellationRequested)
        {
            Failures.Tell("interrupted; nothing was imported", remedy: null);
            return ExitStatus.Interrupted;
        }
    }

    private static Stream Open(string source, CancellationToken ct)
    {
        if (source == "-") { return StandardInput(); }

        if (Uri.TryCreate(source, UriKind.Absolute, out Uri? address) && address.Scheme is "http" or "https")
        {
            try { return RemoteFile.Open(address!, ImagePull.UserAgent, ct); } // made by the condition
            catch (ImageException refused) { throw new EngineException(ErrorCode.Unavailable, refused.Message, "fetch it by hand, then: inro import FILE", refused); }
        }

        try { return new FileStream(source, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0); }
        catch (Exception missing) when (missing is IOException or UnauthorizedAccessException)
        {
            throw new EngineException(ErrorCode.InvalidArgument, $"open {source}: {missing.Message}", "name a readable tar, or - for standard input", missing);
        }
    }

    private static FileStream StandardInput()
    {
        // descriptor 0 belongs to the process; the stream must not close it
        SafeFileHandle input = new(0, ownsHandle: false);
        return !Terminal.IsTerminal(input)
            ? new FileStream(input, FileAccess.Read, bufferSize: 0)
            : throw new EngineException(ErrorCode.InvalidArgument, "standard input is a terminal, which is no tar", "inro import - < FILE, or inro import FILE");
    }
}

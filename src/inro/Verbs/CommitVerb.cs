using Inro.Cli.Arguments;
using Inro.Cli.Output;
using Inro.Engine;
using Inro.Engine.Archives;
using Inro.Images.Copies;
using Inro.Spec;

namespace Inro.Cli.Verbs;

/// <summary><c>inro commit</c>: an image out of a container.</summary>
internal sealed class CommitVerb : Verb
{
    private readonly List<string> changes = [];
    private string? author;
    private string? idFile;
    private string? message;
    private string format = "oci";
    private bool includeVolumes;
    private bool? pause;
    private bool squash;

    public override string Usage => "[OPTIONS] CONTAINER [REPOSITORY[:TAG]]";

    public override string Summary => "Create a new image from a container's changes";

    public override string[] Aliases => ["container commit", "commit"];

    public override string[] Examples => ["inro commit web web:2", "inro commit -m 'with certificates' -c 'CMD [\"nginx\"]' -c 'ENV LANG=C.UTF-8' web web:2"];

    public override int LeastOperands => 1;

    public override int MostOperands => 2;

    public override bool NeedsIds => true;

    public override Completion Offers => Completion.Container;

    public override void AddFlags(FlagTable table) => table
        .Text("author", 'a', "Author (e.g., \"John Hannibal Smith <hannibal@a-team.com>\")", v => author = v)
        .List("change", 'c', "Apply Dockerfile instruction to the created image", changes.Add)
        .Text("format", 'f', "Whose words the manifest is written in: 'oci' or 'docker'", v => format = v, initially: "oci", offers: Completion.Of("oci", "docker"))
        .Text("iidfile", '\0', "Write the image's ID to a file", v => idFile = v, offers: Completion.File)
        .Switch("include-volumes", '\0', "Make the places of the container's volumes volumes of the image", v => includeVolumes = v)
        .Text("message", 'm', "Commit message", v => message = v)
        .Switch("pause", 'p', "Pause container during commit", v => pause = v, initially: true)
        .Switch("quiet", 'q', "Print nothing but the image's ID", static _ => { })
        .Switch("squash", 's', "Make one layer of all", v => squash = v);

    public override int Run(IReadOnlyList<string> operands, Session session)
    {
        ImageReference? reference = operands.Count == 2 ? ReferenceArgument.Parse(operands[1]) : null;
        if (reference?.Digest is not null) { throw new EngineException(ErrorCode.InvalidArgument, "cannot commit to digest reference", "leave the part from @ on out"); }

        using var interruption = new Interruption();
        var request = new CommitRequest
        {
            Reference = reference,
            Author = author,
            Message = message,
            Changes = changes,
            Pauses = pause,
            Squashes = squash,
            IncludesVolumes = includeVolumes,
            Format = FormatOf(format),
        };
        try
        {
            var archives = new ContainerArchives(session.Paths, session.Containers, session.Images);
            string id = new ContainerCommit(archives, session.Containers, session.Images, TimeProvider.System).Commit(operands[0], request, interruption.Token);
            ImagePolicy.Apply(session, [id]);
            if (idFile is not null) { WriteId(idFile, id); }

            Screen.WriteLine(id);
            return ExitStatus.Success;
        }
        catch (OperationCanceledException) when (interruption.Token.IsCancellationRequested)
        {
            Failures.Tell("interrupted; no image was made", remedy: null);
            return ExitStatus.Interrupted;
        }
    }

    private static void WriteId(string path, string id)
    {
        using OutputFile file = OutputFile.Create(path);
        file.Stream.Write(System.Text.Encoding.ASCII.GetBytes(id));
        file.Commit();
    }

    private static DocumentFormat FormatOf(string name) => name switch
    {
        "oci" => DocumentFormat.Oci,
        "docker" => DocumentFormat.Docker,
        _ => throw new EngineException(ErrorCode.InvalidArgument, $"unrecognized image format \"{name}\"", "--format oci, or --format docker"),
    };
}

using Inro.Cli.Arguments;
using Inro.Cli.Output;
using Inro.Engine;
using Inro.Engine.Archives;
using Inro.Linux.Descriptors;
using Inro.Linux.Terminals;
using Microsoft.Win32.SafeHandles;

namespace Inro.Cli.Verbs;

/// <summary><c>inro cp</c>: files between host and container, both ways.</summary>
internal sealed class CpVerb : Verb
{
    private const int BufferBytes = 128 << 10;

    private bool archive;
    private bool followLink;
    private bool overwrite;
    private bool? quiet;

    public override string Usage => "[OPTIONS] CONTAINER:SRC_PATH DEST_PATH|- | SRC_PATH|- CONTAINER:DEST_PATH";

    public override string Summary => "Copy files/folders between a container and the local filesystem";

    public override string[] Aliases => ["container cp", "cp"];

    public override string[] Examples =>
    [
        "inro cp web:/etc/nginx ./nginx",
        "inro cp site/. web:/usr/share/nginx/html    # what is in the directory, and not the directory itself",
        "inro cp web:/var/log - | tar x",
    ];

    public override int LeastOperands => 2;

    public override int MostOperands => 2;

    public override bool NeedsIds => true;

    public override Completion Offers => Completion.Container;

    public override void AddFlags(FlagTable table) => table
        .Switch("archive", 'a', "Archive mode (copy all uid/gid information)", v => archive = v)
        .Switch("follow-link", 'L', "Always follow symbol link in SRC_PATH", v => followLink = v)
        .Switch("overwrite", '\0', "Allow to overwrite directories with non-directories and vice versa", v => overwrite = v)
        .Switch("quiet", 'q', "Suppress progress output during copy. Progress output is automatically suppressed if no terminal is attached", v => quiet = v);

    public override int Run(IReadOnlyList<string> operands, Session session)
    {
        (string fromContainer, string source) = Part(operands[0]);
        (string toContainer, string target) = Part(operands[1]);
        if (source.Length == 0) { throw Wrong("source can not be empty"); }

        if (target.Length == 0) { throw Wrong("destination can not be empty"); }

        using var interruption = new Interruption();
        var options = new CopyOptions { KeepsOwners = archive, FollowsLink = followLink, Overwrites = overwrite };
        try
        {
            switch (fromContainer.Length > 0, toContainer.Length > 0)
            {
                case (true, true): throw Wrong("copying between containers is not supported");
                case (false, false): throw Wrong("must specify at least one container source");
                case (true, false): Out(session, fromContainer, source, target, options, interruption.Token); break;
                default: In(session, source, toContainer, target, options, interruption.Token); break;
            }

            return ExitStatus.Success;
        }
        catch (OperationCanceledException) when (interruption.Token.IsCancellationRequested)
        {
            Failures.Tell("interrupted; what was copied until then is there", remedy: null);
            return ExitStatus.Interrupted;
        }
    }

    private void Out(Session session, string container, string source, string target, CopyOptions options, CancellationToken ct)
    {
        using ContainerFileSystem files = ContainerFileSystem.Open(session.Paths, session.Containers, container);
        if (target != "-")
        {
            Tell(HostCopies.Out(files, source, target, options, ct), target);
            return;
        }

        string path = source.StartsWith('/') ? source : "/" + source;
        using TreePlace place = files.Find(path, followLink);
        // the descriptor belongs to the process; the stream must not close it
        using var output = new FileStream(new SafeFileHandle(StandardStreams.Output, ownsHandle: false), FileAccess.Write, bufferSize: 0);
        using var buffered = new BufferedStream(output, BufferBytes);
        files.Read(place, CopyPath.NameInArchive(path), buffered, ct);
    }

    private void In(Session session, string source, string container, string target, CopyOptions options, CancellationToken ct)
    {
        using ContainerFileSystem files = ContainerFileSystem.Open(session.Paths, session.Containers, container);
        if (source != "-")
        {
            Tell(HostCopies.In(source, files, target, options, ct), $"{container}:{target}");
            return;
        }

        // the descriptor belongs to the process; the stream must not close it
        using var input = new FileStream(new SafeFileHandle(0, ownsHandle: false), FileAccess.Read, bufferSize: 0);
        HostCopies.Unpack(input, files, target, options, ct);
    }

    /// <summary>Where somebody looks on; as docker, on standard error.</summary>
    private void Tell(long bytes, string target)
    {
        if (quiet ?? !Terminal.IsTerminal(new SafeFileHandle(StandardStreams.Output, ownsHandle: false))) { return; }

        Screen.WriteError($"Successfully copied {HumanUnits.Size(bytes)} to {target}");
    }

    /// <summary>The container and the path. What begins with a slash or a point is a path of the host, colons included.</summary>
    private static (string Container, string Path) Part(string operand)
    {
        int colon = operand.IndexOf(':', StringComparison.Ordinal);
        return colon <= 0 || operand[0] is '/' or '.' ? ("", operand) : (operand[..colon], operand[(colon + 1)..]);
    }

    private static EngineException Wrong(string problem) => new(ErrorCode.InvalidArgument, problem, "inro cp CONTAINER:/path /path, or inro cp /path CONTAINER:/path");
}

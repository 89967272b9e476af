using Inro.Cli.Arguments;
using Inro.Cli.Output;
using Inro.Engine;
using Inro.Engine.Volumes;
using Inro.Linux.Descriptors;
using Microsoft.Win32.SafeHandles;

namespace Inro.Cli.Verbs.Volumes;

/// <summary><c>inro volume import</c>: a tar archive into a volume.</summary>
internal sealed class VolumeImportVerb : Verb
{
    public override string Usage => "VOLUME file|-";

    public override string Summary => "Import the contents of a tar archive into a volume; what is there stays";

    public override string[] Examples => ["inro volume import data backup.tar", "inro volume export data | inro volume import copy -"];

    public override int LeastOperands => 2;

    public override int MostOperands => 2;

    public override bool NeedsIds => true;

    public override Completion Offers => Completion.Volume;

    public override int Run(IReadOnlyList<string> operands, Session session)
    {
        VolumeCatalog volumes = session.Volumes;
        _ = volumes.Find(operands[0]);
        using var interruption = new Interruption();
        try
        {
            using Stream archive = Open(operands[1]);
            volumes.Import(operands[0], archive, interruption.Token);
            return ExitStatus.Success;
        }
        catch (OperationCanceledException) when (interruption.Token.IsCancellationRequested)
        {
            Failures.Tell($"interrupted; volume {operands[0]} has a part of the archive", "the same again goes over it");
            return ExitStatus.Interrupted;
        }
    }

    private static FileStream Open(string path)
    {
        if (path == "-") { return new FileStream(new SafeFileHandle(StandardStreams.Input, ownsHandle: false), FileAccess.Read, bufferSize: 0); }

        try { return new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite, bufferSize: 0); }
        catch (Exception refused) when (refused is IOException or UnauthorizedAccessException)
        {
            throw new EngineException(ErrorCode.InvalidArgument, $"{path} cannot be read: {refused.Message}", "name a tar archive, or - for standard input", refused);
        }
    }
}

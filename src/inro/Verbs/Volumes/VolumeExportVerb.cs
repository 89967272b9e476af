using Inro.Cli.Arguments;
using Inro.Cli.Output;
using Inro.Engine;
using Inro.Engine.Volumes;
using Inro.Linux.Descriptors;
using Inro.Linux.Terminals;
using Microsoft.Win32.SafeHandles;

namespace Inro.Cli.Verbs.Volumes;

/// <summary><c>inro volume export</c>: the content of a volume as a tar archive.</summary>
internal sealed class VolumeExportVerb : Verb
{
    private string? output;

    public override string Usage => "[OPTIONS] VOLUME";

    public override string Summary => "Export the contents of a volume as a tar archive (streamed to STDOUT by default)";

    public override string[] Examples => ["inro volume export -o backup.tar data", "inro volume export data | zstd > backup.tar.zst"];

    public override int LeastOperands => 1;

    public override int MostOperands => 1;

    public override bool NeedsIds => true;

    public override Completion Offers => Completion.Volume;

    public override void AddFlags(FlagTable table) => table.Text("output", 'o', "Write to a file, instead of STDOUT", v => output = v, offers: Completion.File);

    public override int Run(IReadOnlyList<string> operands, Session session)
    {
        VolumeCatalog volumes = session.Volumes;
        _ = volumes.Find(operands[0]);
        using var interruption = new Interruption();
        try
        {
            if (output is null) { ToStandardOutput(operands[0], volumes, interruption.Token); }
            else
            {
                using OutputFile file = OutputFile.Create(output);
                volumes.Export(operands[0], file.Stream, interruption.Token);
                file.Commit();
            }

            return ExitStatus.Success;
        }
        catch (OperationCanceledException) when (interruption.Token.IsCancellationRequested)
        {
            Failures.Tell(output is null ? "interrupted; what was written is no archive" : $"interrupted; {output} is as it was", remedy: null);
            return ExitStatus.Interrupted;
        }
    }

    private static void ToStandardOutput(string name, VolumeCatalog volumes, CancellationToken ct)
    {
        SafeFileHandle standardOutput = new(StandardStreams.Output, ownsHandle: false);
        if (Terminal.IsTerminal(standardOutput))
        {
            throw new EngineException(ErrorCode.InvalidArgument, "cowardly refusing to write an archive to a terminal", $"inro volume export -o FILE {name}, or inro volume export {name} > FILE");
        }

        using var stream = new FileStream(standardOutput, FileAccess.Write, bufferSize: 0);
        using var buffered = new BufferedStream(stream, BufferBytes);
        volumes.Export(name, buffered, ct);
    }

    private const int BufferBytes = 128 * 1024;
}

using Inro.Cli.Arguments;
using Inro.Cli.Output;
using Inro.Engine;
using Inro.Linux.Descriptors;
using Inro.Linux.Terminals;
using Inro.Spec;
using Microsoft.Win32.SafeHandles;

namespace Inro.Cli.Verbs;

/// <summary><c>inro save</c>: images into an archive, in a file or on standard output.</summary>
internal sealed class SaveVerb : Verb
{
    private string? output;
    private Platform? platform;

    public override string Usage => "[OPTIONS] IMAGE [IMAGE...]";

    public override string Summary => "Save one or more images to a tar archive (streamed to STDOUT by default)";

    public override string[] Aliases => ["image save", "save"];

    public override int LeastOperands => 1;

    public override bool NeedsIds => true;

    public override Completion Offers => Completion.Image;

    public override void AddFlags(FlagTable table) => table
        .Text("output", 'o', "Write to a file, instead of STDOUT", v => output = v, offers: Completion.File)
        .Platform("Save only if the image is for this platform", v => platform = v);

    public override int Run(IReadOnlyList<string> operands, Session session)
    {
        using var interruption = new Interruption();
        try
        {
            if (output is null) { ToStandardOutput(operands, session, interruption.Token); }
            else
            {
                using OutputFile file = OutputFile.Create(output);
                session.Images.Save(operands, platform, file.Stream, interruption.Token);
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

    private void ToStandardOutput(IReadOnlyList<string> operands, Session session, CancellationToken ct)
    {
        // the descriptor belongs to the process; the stream must not close it
        SafeFileHandle standardOutput = new(StandardStreams.Output, ownsHandle: false);
        if (Terminal.IsTerminal(standardOutput))
        {
            throw new EngineException(ErrorCode.InvalidArgument, "cowardly refusing to save to a terminal", $"inro save -o FILE {operands[0]}, or inro save {operands[0]} > FILE");
        }

        using var stream = new FileStream(standardOutput, FileAccess.Write, bufferSize: 0);
        session.Images.Save(operands, platform, stream, ct);
    }
}

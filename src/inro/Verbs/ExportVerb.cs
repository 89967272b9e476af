using Inro.Cli.Arguments;
using Inro.Cli.Output;
using Inro.Engine;
using Inro.Engine.Archives;
using Inro.Linux.Descriptors;
using Inro.Linux.Terminals;
using Microsoft.Win32.SafeHandles;

namespace Inro.Cli.Verbs;

/// <summary><c>inro export</c>: all files of a container as an archive.</summary>
internal sealed class ExportVerb : Verb
{
    private const int BufferBytes = 128 << 10;

    private string? output;

    public override string Usage => "[OPTIONS] CONTAINER";

    public override string Summary => "Export a container's filesystem as a tar archive";

    public override string[] Aliases => ["container export", "export"];

    public override string[] Examples => ["inro export -o web.tar web", "inro export web | inro import - web:files"];

    public override int LeastOperands => 1;

    public override int MostOperands => 1;

    public override bool NeedsIds => true;

    public override Completion Offers => Completion.Container;

    public override void AddFlags(FlagTable table) => table
        .Text("output", 'o', "Write to a file, instead of STDOUT", v => output = v, offers: Completion.File);

    public override int Run(IReadOnlyList<string> operands, Session session)
    {
        using var interruption = new Interruption();
        try
        {
            var archives = new ContainerArchives(session.Paths, session.Containers, session.Images);
            if (output is null) { ToStandardOutput(archives, operands[0], interruption.Token); }
            else
            {
                using OutputFile file = OutputFile.Create(output);
                using (var buffered = new BufferedStream(file.Stream, BufferBytes))
                {
                    archives.Export(operands[0], buffered, interruption.Token);
                    buffered.Flush();
                    file.Commit();
                }
            }

            return ExitStatus.Success;
        }
        catch (OperationCanceledException) when (interruption.Token.IsCancellationRequested)
        {
            Failures.Tell(output is null ? "interrupted; what was written is no archive" : $"interrupted; {output} is as it was", remedy: null);
            return ExitStatus.Interrupted;
        }
    }

    private static void ToStandardOutput(ContainerArchives archives, string name, CancellationToken ct)
    {
        // the descriptor belongs to the process; the stream must not close it
        SafeFileHandle standardOutput = new(StandardStreams.Output, ownsHandle: false);
        if (Terminal.IsTerminal(standardOutput))
        {
            throw new EngineException(ErrorCode.InvalidArgument, "cowardly refusing to save to a terminal. Use the -o flag or redirect", $"inro export -o FILE {name}, or inro export {name} > FILE");
        }

        using var stream = new FileStream(standardOutput, FileAccess.Write, bufferSize: 0);
        using var buffered = new BufferedStream(stream, BufferBytes);
        archives.Export(name, buffered, ct);
    }
}

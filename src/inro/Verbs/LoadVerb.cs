using Inro.Cli.Arguments;
using Inro.Cli.Output;
using Inro.Engine;
using Inro.Engine.Images;
using Inro.Linux.Descriptors;
using Inro.Linux.Terminals;
using Inro.Spec;
using Microsoft.Win32.SafeHandles;

namespace Inro.Cli.Verbs;

/// <summary><c>inro load</c>: images from an archive, out of a file or standard input.</summary>
internal sealed class LoadVerb : Verb
{
    private readonly ProgressFlag progress = new();
    private string? input;
    private Platform? platform;

    public override string Usage => "[OPTIONS]";

    public override string Summary => "Load an image from a tar archive or STDIN";

    public override string[] Aliases => ["image load", "load"];

    public override int MostOperands => 0;

    public override bool NeedsIds => true;

    public override void AddFlags(FlagTable table)
    {
        table
            .Text("input", 'i', "Read from tar archive file, instead of STDIN", v => input = v, offers: Completion.File)
            .Platform("Choose the image for a platform", v => platform = v);
        progress.AddTo(table);
    }

    public override int Run(IReadOnlyList<string> operands, Session session)
    {
        using SafeFileHandle archive = Open();
        using var interruption = new Interruption();
        IReadOnlyList<LoadedImage> Load() => session.Images.Load(archive, platform, Shown(), interruption.Token);
        try
        {
            IReadOnlyList<LoadedImage> loaded = input is null ? Load() : ImagePolicy.WithRoom(session, Load);
            ImagePolicy.Apply(session, loaded.Select(static i => i.Id));
            Tell(loaded);
            return ExitStatus.Success;
        }
        catch (OperationCanceledException) when (interruption.Token.IsCancellationRequested)
        {
            Failures.Tell("interrupted; nothing of the archive stays", remedy: null);
            return ExitStatus.Interrupted;
        }
    }

    /// <summary>Bars on a terminal; elsewhere only what was asked for.</summary>
    private TransferScreen? Shown()
    {
        using SafeFileHandle output = new(StandardStreams.Output, ownsHandle: false);
        bool isWanted = progress.Style != ProgressStyle.None && (progress.Style != ProgressStyle.Auto || Terminal.IsTerminal(output));
        return isWanted ? new TransferScreen(progress.Style, "Loading") : null;
    }

    private void Tell(IReadOnlyList<LoadedImage> loaded)
    {
        bool speaks = progress.Style is ProgressStyle.Auto or ProgressStyle.Plain;
        foreach (LoadedImage image in speaks ? loaded : [])
        {
            foreach (string reference in image.References) { Screen.WriteLine($"Loaded image: {reference}"); }

            if (image.References.Count == 0) { Screen.WriteLine($"Loaded image ID: {image.Id}"); }
        }
    }

    private SafeFileHandle Open()
    {
        try
        {
            if (input is not null) { return File.OpenHandle(input); }
        }
        catch (Exception missing) when (missing is IOException or UnauthorizedAccessException)
        {
            throw new EngineException(ErrorCode.InvalidArgument, $"open {input}: {missing.Message}", "name a readable archive with --input", missing);
        }

        // the descriptor belongs to the process; the handle must not close it
        SafeFileHandle standardInput = new(StandardStreams.Input, ownsHandle: false);
        return !Terminal.IsTerminal(standardInput)
            ? standardInput
            : throw new EngineException(ErrorCode.InvalidArgument, "requested load from stdin, but stdin is empty", "inro load --input FILE, or inro load < FILE");
    }
}

using System.Globalization;
using Inro.Linux.Descriptors;
using Inro.Linux.Files;
using Inro.Linux.Processes;
using Microsoft.Win32.SafeHandles;

namespace Inro.Engine.Logs;

/// <summary>Reads a container's entries back from the journal, through journalctl: the journal's files have no other promised reader.</summary>
/// <remarks>
/// Each time that it has given all and is asked again, the journal is asked again for what is younger than the last entry. The journal is told
/// first to write down what it was sent, where this user may tell it.
/// </remarks>
internal sealed class JournalReader : IDisposable
{
    private const long NanosecondsPerSecond = 1_000_000_000;

    private readonly string program;
    private readonly string container;
    private readonly LogSelection selection;
    private PidFd? process;
    private JournalExport? entries;
    private string? cursor;

    public JournalReader(string container, LogSelection selection)
    {
        this.container = container;
        this.selection = selection;
        program = HostPrograms.Find("journalctl") ?? throw new EngineException(
            ErrorCode.PreconditionFailed, "cannot read the journal: journalctl is not installed", "install systemd's journalctl, or run the container with --log-driver local");
    }

    /// <summary>The next entry; false: nothing now.</summary>
    public bool TryRead(out LogRecord record)
    {
        if (entries is null) { Ask(); }

        if (entries!.TryRead(out record, out string? at)) // set by Ask
        {
            cursor = at ?? cursor;
            return true;
        }

        EndQuestion();
        return false;
    }

    /// <inheritdoc/>
    public void Dispose() => EndQuestion();

    private void Ask()
    {
        Synchronize();
        using PipeEnds pipe = Descriptor.Pipe();
        process = Start(pipe.Write, Question());
        entries = new JournalExport(Descriptor.Duplicate(pipe.Read));
    }

    private List<string> Question()
    {
        List<string> arguments = ["journalctl", "--no-pager", "--quiet", "--all", "--output=export", "--output-fields=MESSAGE,PRIORITY,SYSLOG_TIMESTAMP,CONTAINER_PARTIAL_MESSAGE"];
        if (cursor is not null) { arguments.Add("--after-cursor=" + cursor); }
        else
        {
            if (selection.SinceNanoseconds is { } since) { arguments.Add(Seconds("--since=@", since / NanosecondsPerSecond)); }

            if (selection.UntilNanoseconds is { } until) { arguments.Add(Seconds("--until=@", (until / NanosecondsPerSecond) + 1)); }

            if (selection.Tail is { } lines) { arguments.Add(Seconds("--lines=", lines)); }
        }

        arguments.Add("CONTAINER_ID_FULL=" + container);
        return arguments;
    }

    private static string Seconds(string option, long number) => string.Create(CultureInfo.InvariantCulture, $"{option}{number}");

    private void Synchronize()
    {
        using SafeFileHandle none = Descriptor.Open("/dev/null", OpenFlags.ReadWrite);
        using PidFd telling = Start(none, ["journalctl", "--sync"]);
        telling.Reap(null);
    }

    private PidFd Start(SafeFileHandle output, IReadOnlyList<string> arguments)
    {
        using SafeFileHandle none = Descriptor.Open("/dev/null", OpenFlags.ReadWrite);
        return ProcessSpawn.Open(new SpawnRequest { Path = program, Arguments = arguments, Environment = ["PATH=/usr/bin:/bin", "SYSTEMD_LESS="], Descriptors = [new(0, none), new(1, output), new(2, none)] });
    }

    private void EndQuestion()
    {
        entries?.Dispose();
        entries = null;
        if (process is null) { return; }

        process.Kill(); // it has ended, or nobody reads what it writes
        process.Reap(null);
        process.Dispose();
        process = null;
    }
}

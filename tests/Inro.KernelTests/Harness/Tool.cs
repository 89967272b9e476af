using System.Diagnostics;
using System.Text;

namespace Inro.KernelTests.Harness;

/// <summary>What a program printed and how it ended.</summary>
public sealed record ToolResult(int ExitCode, byte[] OutputBytes, byte[] ErrorBytes, TimeSpan Took)
{
    /// <summary>Standard output as text.</summary>
    public string Output => Encoding.UTF8.GetString(OutputBytes);

    /// <summary>Standard error as text.</summary>
    public string Error => Encoding.UTF8.GetString(ErrorBytes);

    /// <summary>This result if the program ended with 0; fails the test with what it printed otherwise.</summary>
    public ToolResult Ok() => ExitCode == 0 ? this : throw new InvalidOperationException($"exit {ExitCode}\n{Error}{Output}");
}

/// <summary>How to start a program besides its arguments.</summary>
public sealed record ToolOptions
{
    /// <summary>What the program reads; null is an empty input.</summary>
    public byte[]? Input { get; init; }

    /// <summary>Its directory; null is this process's.</summary>
    public string? WorkingDirectory { get; init; }

    /// <summary>Variables to add to the inherited environment.</summary>
    public IReadOnlyDictionary<string, string>? Environment { get; init; }
}

/// <summary>Runs a program of the machine with a deadline, in a session of its own, so that ending it ends what it started and nothing else.</summary>
public static class Tool
{
    /// <summary>How long a program that was killed, or that left a child holding its output, may keep us waiting.</summary>
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(3);

    /// <summary>Runs a program found on PATH.</summary>
    /// <exception cref="TimeoutException">It did not end in time; its process group was killed. The message holds what it printed.</exception>
    /// <exception cref="FileNotFoundException">There is no such program.</exception>
    public static ToolResult Run(string program, IReadOnlyList<string> arguments, TimeSpan deadline, ToolOptions? options = null)
    {
        long begin = Stopwatch.GetTimestamp();
        using Process process = Start(program, arguments, options);
        var output = new Capture(process.StandardOutput.BaseStream);
        var error = new Capture(process.StandardError.BaseStream);
        Feed(process, options?.Input);
        bool ended = process.WaitForExit(Machine.Patience(deadline));
        TimeSpan took = Stopwatch.GetElapsedTime(begin);
        if (!ended)
        {
            KillGroup(process.Id);
            process.WaitForExit(Grace);
        }

        var result = new ToolResult(ended ? process.ExitCode : -1, output.Finish(Grace), error.Finish(Grace), took);
        return ended ? result : throw new TimeoutException(
            $"{program} {string.Join(' ', arguments)}: not over after {deadline.TotalSeconds} s\n{result.Error}{result.Output}");
    }

    /// <summary>Kills the process group that <see cref="Start"/> made, and nothing else.</summary>
    internal static void KillGroup(int leader)
    {
        using Process? kill = Process.Start(new ProcessStartInfo("/bin/kill", ["-KILL", "--", $"-{leader}"]) { RedirectStandardError = true, UseShellExecute = false });
        kill?.WaitForExit(Grace);
    }

    /// <summary>Starts the program as the leader of a new session; its pid is its group's id.</summary>
    internal static Process Start(string program, IReadOnlyList<string> arguments, ToolOptions? options)
    {
        string path = program.Contains('/', StringComparison.Ordinal) ? program : Machine.FindTool(program)
            ?? throw new FileNotFoundException($"{program} is not on PATH");
        var start = new ProcessStartInfo("/usr/bin/setsid", [path, .. arguments])
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = options?.WorkingDirectory ?? "",
        };
        foreach ((string name, string value) in options?.Environment ?? new Dictionary<string, string>())
        {
            start.Environment[name] = value;
        }

        if (LeakCheck.Current is { } check) { start.Environment[LeakCheck.Variable] = check.Marker; }

        return Process.Start(start) ?? throw new InvalidOperationException($"cannot start {path}");
    }

    private static void Feed(Process process, byte[]? input)
    {
        StreamWriter stdin = process.StandardInput; // now: a short program may be gone, and disposed, before the thread begins
        var writer = new Thread(() =>
        {
            try
            {
                if (input is not null) { stdin.BaseStream.Write(input); }

                stdin.Close();
            }
            catch (Exception e) when (e is IOException or ObjectDisposedException)
            {
                // EPIPE: the program did not want all of it.
            }
        }) { IsBackground = true };
        writer.Start();
    }
}

using System.Text;
using Inro.Linux.Processes;
using Inro.Linux.Terminals;

namespace Inro.KernelTests.Harness;

/// <summary>A program with a terminal of its own, and the person who sits before it.</summary>
/// <remarks>The terminal is the program's controlling one: control characters become signals, closing it hangs up.</remarks>
public sealed class PtySession : IDisposable
{
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(3);

    private readonly PidFd process;
    private readonly int pid;
    private readonly PseudoTerminal terminal;
    private readonly FileStream keyboard;
    private readonly Capture screen;
    private ExitStatus? status;

    private PtySession(int pid, PseudoTerminal terminal)
    {
        this.pid = pid;
        this.terminal = terminal;
        process = PidFd.Open(pid);
        keyboard = new FileStream(terminal.Master, FileAccess.ReadWrite, bufferSize: 0);
        screen = new Capture(keyboard);
    }

    /// <summary>Everything that was shown so far, lines ending with CR LF as terminals have it.</summary>
    public string Screen => Encoding.UTF8.GetString(screen.Now());

    /// <summary>Starts <c>inro ARGUMENTS…</c> before a terminal of 24 rows and 80 columns.</summary>
    public static PtySession StartInro(params string[] arguments) => Start(InroProcess.Binary, arguments);

    /// <summary>Starts a program before a terminal of 24 rows and 80 columns.</summary>
    public static PtySession Start(string program, params string[] arguments)
    {
        PseudoTerminal pair = PseudoTerminal.Open();
        Terminal.SetWindowSize(pair.Master, new WindowSize(24, 80));
        string[] environment =
        [
            "TERM=xterm", .. new[] { "PATH", "HOME" }.Select(name => $"{name}={Environment.GetEnvironmentVariable(name)}"),
            .. LeakCheck.Current is { } check ? new[] { $"{LeakCheck.Variable}={check.Marker}" } : [],
        ];
        // setsid becomes the leader of a session, takes descriptor 0 as its terminal and turns into the program: one pid for all of it.
        int leader = ProcessSpawn.Start(new SpawnRequest
        {
            Path = "/usr/bin/setsid",
            Arguments = ["setsid", "--ctty", program, .. arguments],
            Environment = environment,
            Descriptors = [new(0, pair.Slave), new(1, pair.Slave), new(2, pair.Slave)],
        });
        pair.Slave.Dispose(); // or the end of the program would not be the end of the output
        return new PtySession(leader, pair);
    }

    /// <summary>Types; <c>\r</c> is the enter key, <c>\x03</c> is control and C.</summary>
    public void Type(string keys) => keyboard.Write(Encoding.UTF8.GetBytes(keys));

    /// <summary>Changes the window's size; the program gets SIGWINCH.</summary>
    public void Resize(ushort rows, ushort columns) => Terminal.SetWindowSize(terminal.Master, new WindowSize(rows, columns));

    /// <summary>Waits until <paramref name="text"/> was shown.</summary>
    /// <exception cref="TimeoutException">It was not; the message holds the screen.</exception>
    public void Expect(string text, TimeSpan? timeout = null)
    {
        long deadline = Environment.TickCount64 + (long)Machine.Patience(timeout ?? TimeSpan.FromSeconds(10)).TotalMilliseconds;
        while (!Screen.Contains(text, StringComparison.Ordinal))
        {
            if (Environment.TickCount64 > deadline) { throw new TimeoutException($"\"{text}\" was not shown:\n{Screen}"); }

            Thread.Sleep(5);
        }
    }

    /// <summary>Waits for the program's end.</summary>
    /// <returns>Its status as shells count.</returns>
    /// <exception cref="TimeoutException">It still runs; the message holds the screen.</exception>
    public int WaitForExit(TimeSpan? timeout = null)
    {
        status ??= process.Reap(Machine.Patience(timeout ?? TimeSpan.FromSeconds(10)));
        if (status is not { } ended) { throw new TimeoutException($"the program still runs:\n{Screen}"); }

        screen.Finish(Grace);
        return ended.Code;
    }

    /// <summary>Ends the program and what it started in its session's group.</summary>
    public void Dispose()
    {
        if (status is null)
        {
            Tool.KillGroup(pid);
            process.Reap(Grace);
        }

        process.Dispose();
        keyboard.Dispose();
        terminal.Dispose();
    }
}

using System.Diagnostics;
using System.Text;
using Inro.KernelTests.Harness;

namespace Inro.Conformance.Containers;

/// <summary>A call of the program that goes on while the test does something else.</summary>
internal sealed class StartedInro : IDisposable
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(3);

    private readonly Process process;
    private readonly Capture output;
    private readonly Capture error;

    private StartedInro(Process process)
    {
        this.process = process;
        output = new Capture(process.StandardOutput.BaseStream);
        error = new Capture(process.StandardError.BaseStream);
    }

    /// <summary>What it has printed so far.</summary>
    public string Output => Encoding.UTF8.GetString(output.Now());

    /// <summary>What it has complained about so far.</summary>
    public string Error => Encoding.UTF8.GetString(error.Now());

    /// <summary>Its pid.</summary>
    public int Pid => process.Id;

    /// <summary>Starts <c>inro ARGUMENTS…</c> with an empty input, in a session of its own.</summary>
    public static StartedInro Start(IReadOnlyList<string> arguments) => StartTool(InroProcess.Binary, arguments);

    /// <summary>The same for a program that turns into it.</summary>
    public static StartedInro StartTool(string program, IReadOnlyList<string> arguments)
    {
        StartedInro started = new(Tool.Start(program, arguments, options: null));
        started.process.StandardInput.Close();
        return started;
    }

    /// <summary>Sends it SIGKILL, as the kernel does when memory is short, and waits until it is gone.</summary>
    public void Kill()
    {
        process.Kill();
        process.WaitForExit(Grace);
    }

    /// <summary>Waits for its end and returns its status.</summary>
    public int WaitForExit() => WaitForExit(Machine.Patience(Deadline));

    /// <summary>The same with a deadline.</summary>
    public int WaitForExit(TimeSpan deadline)
    {
        if (!process.WaitForExit(deadline)) { throw new TimeoutException($"inro still runs; it printed:\n{Output}{Error}"); }

        output.Finish(Grace);
        error.Finish(Grace);
        return process.ExitCode;
    }

    public void Dispose()
    {
        if (!process.HasExited) { Kill(); }

        process.Dispose();
    }
}

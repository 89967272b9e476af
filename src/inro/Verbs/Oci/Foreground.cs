using System.Runtime.InteropServices;
using Inro.Linux;
using Inro.Linux.Descriptors;
using Inro.Linux.Processes;
using Inro.Linux.Terminals;
using Microsoft.Win32.SafeHandles;

namespace Inro.Cli.Verbs.Oci;

/// <summary>Stays beside a process that runs in the foreground: forwards signals and the terminal, and gives its status.</summary>
internal static class Foreground
{
    private const int WindowChange = 28;
    private const int CopyBytes = 32 * 1024;
    private const int Input = 0;
    private const int Output = 1;

    // HUP, INT, QUIT, USR1, USR2, ALRM, TERM, CONT; the others are about this program itself.
    private static readonly int[] Forwarded = [1, 2, 3, 10, 12, 14, 15, 18];

    /// <summary>Waits for the end of the process.</summary>
    public static int Wait(PidFd process, OciConsole? console)
    {
        var registrations = new List<PosixSignalRegistration>(Forwarded.Length + 1);
        try
        {
            foreach (int signal in Forwarded)
            {
                registrations.Add(PosixSignalRegistration.Create((PosixSignal)signal, context =>
                {
                    context.Cancel = true;
                    Forward(process, signal);
                }));
            }

            if (console?.Master is { } master) { return WithTerminal(process, master, registrations); }

            return process.Reap(null)!.Value.Code; // not null: there is no deadline
        }
        finally
        {
            foreach (PosixSignalRegistration registration in registrations) { registration.Dispose(); }
        }
    }

    private static void Forward(PidFd process, int signal)
    {
        try { process.Signal(signal); }
        catch (ObjectDisposedException) { return; } // it came while this program was ending
    }

    private static int WithTerminal(PidFd process, SafeFileHandle master, List<PosixSignalRegistration> registrations)
    {
        using var input = new SafeFileHandle(Input, ownsHandle: false);
        using var output = new SafeFileHandle(Output, ownsHandle: false);
        bool isTerminal = Terminal.IsTerminal(input);
        TerminalMode before = isTerminal ? Terminal.GetMode(input) : default;
        try
        {
            if (isTerminal)
            {
                Terminal.SetMode(input, Terminal.Raw(before));
                registrations.Add(PosixSignalRegistration.Create((PosixSignal)WindowChange, _ => CopySize(input, master)));
            }

            Copy(process, master, input, output);
        }
        finally
        {
            if (isTerminal) { Terminal.SetMode(input, before); }
        }

        return process.Reap(null)!.Value.Code; // not null: there is no deadline
    }

    private static void CopySize(SafeFileHandle from, SafeFileHandle to)
    {
        try { Terminal.SetWindowSize(to, Terminal.GetWindowSize(from)); }
        catch (Exception e) when (e is LinuxException or ObjectDisposedException) { return; } // the process has just ended
    }

    private static void Copy(PidFd process, SafeFileHandle master, SafeFileHandle input, SafeFileHandle output)
    {
        byte[] buffer = new byte[CopyBytes];
        bool hasInput = true;
        while (true)
        {
            Span<PollEntry> entries =
            [
                new PollEntry { Descriptor = (int)master.DangerousGetHandle(), Wanted = PollEvents.Readable },
                new PollEntry { Descriptor = process.Number, Wanted = PollEvents.Readable },
                new PollEntry { Descriptor = hasInput ? Input : -1, Wanted = PollEvents.Readable },
            ];
            Descriptor.Poll(entries, -1);
            bool hasOutput = (entries[0].Happened & PollEvents.Readable) != 0;
            if (hasOutput) { Pass(master, output, buffer); }
            else if (entries[0].Happened != 0 || entries[1].Happened != 0) { return; } // all of its output was passed on

            if (entries[2].Happened != 0) { hasInput = Pass(input, master, buffer); }
        }
    }

    private static bool Pass(SafeFileHandle from, SafeFileHandle to, byte[] buffer)
    {
        try
        {
            int length = Descriptor.Read(from, buffer);
            if (length <= 0) { return false; }

            Inro.Linux.Files.FileDescriptor.WriteAll(to, buffer.AsSpan(0, length), "terminal");
            return true;
        }
        catch (LinuxException e) when (e.Errno is Errno.EIO or Errno.EPIPE) { return false; } // the other side is gone
    }
}

using System.Runtime.InteropServices;
using Inro.Linux.Descriptors;

namespace Inro.Engine.Attach;

/// <summary>Signals that this program gets, as bytes in a pipe, so that one poll waits for them too.</summary>
internal sealed class SignalPipe : IDisposable
{
    /// <summary>Numbers of signals used here; x86-64 and arm64 agree.</summary>
    public const int HangUp = 1, Interrupt = 2, Quit = 3, User1 = 10, User2 = 12, Alarm = 14, Terminate = 15, Continue = 18, WindowChange = 28;

    // SIGCHLD, SIGPIPE, SIGURG are about this program itself; SIGTSTP stops it, as a person who typed Ctrl-Z wants.
    private static ReadOnlySpan<int> Proxied => [HangUp, Interrupt, Quit, User1, User2, Alarm, Terminate, Continue];

    private static ReadOnlySpan<int> OfTerminal => [HangUp, Interrupt, Quit, Terminate, Continue, WindowChange];

    private readonly PipeEnds pipe = Linux.Descriptors.Descriptor.Pipe();
    private readonly List<PosixSignalRegistration> registrations = [];

    /// <summary>Catches the signals that matter.</summary>
    public SignalPipe(bool terminal)
    {
        Linux.Descriptors.Descriptor.SetNonBlocking(pipe.Write);
        Linux.Descriptors.Descriptor.SetNonBlocking(pipe.Read);
        foreach (int signal in terminal ? OfTerminal : Proxied)
        {
            registrations.Add(PosixSignalRegistration.Create((PosixSignal)signal, context => Note(context, signal)));
        }
    }

    /// <summary>Readable when a signal came.</summary>
    public int Descriptor => (int)pipe.Read.DangerousGetHandle();

    /// <summary>Takes one signal; 0: none.</summary>
    public int Take()
    {
        Span<byte> signal = stackalloc byte[1];
        return Linux.Descriptors.Descriptor.Read(pipe.Read, signal) == 1 ? signal[0] : 0;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (PosixSignalRegistration registration in registrations) { registration.Dispose(); }

        pipe.Dispose();
    }

    private void Note(PosixSignalContext context, int signal)
    {
        context.Cancel = true;
        Linux.Descriptors.Descriptor.Write(pipe.Write, [(byte)signal]); // a full pipe has signals enough
    }
}

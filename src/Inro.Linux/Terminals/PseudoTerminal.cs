using Inro.Linux.Descriptors;
using Inro.Linux.Files;
using Microsoft.Win32.SafeHandles;

namespace Inro.Linux.Terminals;

/// <summary>Both sides of a pseudo terminal; the owner disposes each.</summary>
/// <param name="Master">The side of the program that shows the terminal.</param>
/// <param name="Slave">The side of the process whose terminal it is.</param>
public sealed record PseudoTerminal(SafeFileHandle Master, SafeFileHandle Slave) : IDisposable
{
    /// <summary>Makes one from this mount namespace's /dev/ptmx; neither side becomes a controlling terminal.</summary>
    public static PseudoTerminal Open()
    {
        SafeFileHandle master = Descriptor.Open("/dev/ptmx", OpenFlags.ReadWrite | OpenFlags.NoControllingTerminal);
        try { return new PseudoTerminal(master, Terminal.OpenPeer(master)); }
        catch
        {
            master.Dispose();
            throw;
        }
    }

    /// <summary>Closes both sides.</summary>
    public void Dispose()
    {
        Master.Dispose();
        Slave.Dispose();
    }
}

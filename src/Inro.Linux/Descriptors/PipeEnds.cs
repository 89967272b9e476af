using Microsoft.Win32.SafeHandles;

namespace Inro.Linux.Descriptors;

/// <summary>Both ends of a pipe; the owner disposes each.</summary>
/// <param name="Read">Bytes come out here.</param>
/// <param name="Write">Bytes go in here.</param>
public sealed record PipeEnds(SafeFileHandle Read, SafeFileHandle Write) : IDisposable
{
    /// <summary>Closes both ends.</summary>
    public void Dispose()
    {
        Read.Dispose();
        Write.Dispose();
    }
}

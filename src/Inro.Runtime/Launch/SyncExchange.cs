using Inro.Linux.Files;
using Microsoft.Win32.SafeHandles;

namespace Inro.Runtime.Launch;

/// <summary>One sync as the host sees it: what the process told, and the answer under construction.</summary>
/// <remarks>Handed to the sync's handler on the thread that runs the launch; the answer goes out when the handler returns.
/// A handler that throws aborts the launch.</remarks>
public sealed class SyncExchange : IDisposable
{
    private readonly SafeFileHandle?[] received;
    private readonly List<SafeFileHandle> descriptors = [];
    private readonly List<SafeFileHandle> given = [];
    private readonly List<long> values = [];

    internal SyncExchange(int pid, byte[] bytes, SafeFileHandle[] descriptors)
    {
        Pid = pid;
        Bytes = bytes;
        received = descriptors;
    }

    /// <summary>Process that waits for the answer, as the host counts pids: stage 1, or after the clone the child.</summary>
    public int Pid { get; }

    /// <summary>The bytes that came.</summary>
    public ReadOnlyMemory<byte> Bytes { get; }

    /// <summary>How many descriptors came.</summary>
    public int DescriptorCount => received.Length;

    internal ReadOnlyMemory<byte> Answer { get; private set; }

    internal IReadOnlyList<SafeFileHandle> AnswerDescriptors => descriptors;

    internal IReadOnlyList<long> AnswerValues => values;

    /// <summary>A descriptor that came, to be used while the handler runs; it is closed afterwards.</summary>
    public SafeFileHandle Descriptor(int index) =>
        received[index] ?? throw new InvalidOperationException($"descriptor {index} was already taken");

    /// <summary>The same, but the caller closes it.</summary>
    public SafeFileHandle TakeDescriptor(int index)
    {
        SafeFileHandle taken = Descriptor(index);
        received[index] = null;
        return taken;
    }

    /// <summary>The same for the descriptor of a directory.</summary>
    public DirFd TakeDirectory(int index)
    {
        SafeFileHandle taken = TakeDescriptor(index);
        int number = (int)taken.DangerousGetHandle();
        taken.SetHandleAsInvalid();
        return DirFd.Own(number);
    }

    /// <summary>Bytes for the sync's receiving data; not more than its length.</summary>
    public void Reply(ReadOnlyMemory<byte> bytes) => Answer = bytes;

    /// <summary>A descriptor for the next of the sync's receiving slots; stays the caller's, and open until the answer has gone out.</summary>
    public void Send(SafeFileHandle descriptor) => descriptors.Add(descriptor);

    /// <summary>The same, closed when the answer has gone out.</summary>
    public void Give(SafeFileHandle descriptor)
    {
        given.Add(descriptor);
        Send(descriptor);
    }

    /// <summary>A number for the next of the sync's receiving value slots.</summary>
    public void Send(long value) => values.Add(value);

    /// <summary>Closes what came and was not taken, and what was given.</summary>
    public void Dispose()
    {
        foreach (SafeFileHandle descriptor in given) { descriptor.Dispose(); }

        foreach (SafeFileHandle? descriptor in received) { descriptor?.Dispose(); }
    }
}

using Inro.Linux.Descriptors;
using Microsoft.Win32.SafeHandles;

namespace Inro.Engine.Shim;

/// <summary>The pipes of a request: near ends for the client, far ends that travel with the message.</summary>
internal sealed class ClientPipes : IDisposable
{
    private readonly ShimStreams near = new();
    private readonly List<SafeFileHandle> far = [];
    private bool stdin;
    private bool stdout;
    private bool stderr;
    private bool isTerminal;
    private bool isTaken;

    private ClientPipes() { }

    /// <summary>Descriptors for the message, in the protocol's order.</summary>
    public IReadOnlyList<SafeFileHandle> Far => far;

    /// <summary>Output comes through the shim; input goes to the container's own FIFO, which the answer brings.</summary>
    public static ClientPipes ForContainer(AttachRequest request)
    {
        var pipes = new ClientPipes { stdin = request.Stdin };
        pipes.AddOutputs(request);
        return pipes;
    }

    /// <summary>All streams run between the process and this client.</summary>
    public static ClientPipes ForExec(AttachRequest request)
    {
        var pipes = new ClientPipes { stdin = request.Stdin };
        if (request.Stdin)
        {
            PipeEnds pipe = Descriptor.Pipe();
            pipes.far.Add(pipe.Read);
            pipes.near.Stdin = pipe.Write;
            Descriptor.SetNonBlocking(pipe.Write);
        }

        pipes.AddOutputs(request);
        return pipes;
    }

    /// <summary>The answer brings the terminal.</summary>
    public static ClientPipes ForTerminal(AttachRequest request) =>
        new() { stdin = request.Stdin, stdout = request.Stdout, isTerminal = true };

    /// <summary>Says in the message what is wanted.</summary>
    public ShimMessage Describe(ShimMessage message) => message with { Stdin = stdin, Stdout = stdout, Stderr = stderr };

    /// <summary>The client's ends, completed by what the answer brought.</summary>
    public ShimStreams TakeNear(ReceivedMessage answer)
    {
        isTaken = true;
        if (answer.Message.Stdin && answer.Take() is { } sent)
        {
            if (isTerminal)
            {
                near.Stdout = Descriptor.Duplicate(sent);
                near.Stdin = sent;
            }
            else { near.Stdin = sent; }
        }

        return near;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (SafeFileHandle end in far) { end.Dispose(); }

        if (!isTaken) { near.Dispose(); }
    }

    private void AddOutputs(AttachRequest request)
    {
        if (request.Stdout)
        {
            near.Stdout = AddOutput();
            stdout = true;
        }

        if (request.Stderr)
        {
            near.Stderr = AddOutput();
            stderr = true;
        }
    }

    private SafeFileHandle AddOutput()
    {
        PipeEnds pipe = Descriptor.Pipe();
        far.Add(pipe.Write);
        return pipe.Read;
    }
}

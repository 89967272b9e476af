using System.Text;
using Inro.Linux;
using Inro.Linux.Descriptors;
using Inro.Linux.Files;
using Inro.Linux.Processes;
using Inro.Linux.Sockets;
using Microsoft.Win32.SafeHandles;

namespace Inro.Runtime.Checkpoint;

/// <summary>One run of <c>criu swrk</c> and the conversation with it over a socket of its own.</summary>
/// <remarks>Source: criu.org, "RPC" and "Swrk".</remarks>
internal sealed class CriuSession : IDisposable
{
    /// <summary>How long criu may take to say what it is.</summary>
    public static readonly TimeSpan QuestionLimit = TimeSpan.FromSeconds(60);

    /// <summary>criu's number of the socket; what it inherits besides follows.</summary>
    public const int FirstInherited = 4;

    private const int Socket = 3;
    private const int MaxAnswerBytes = 64 * 1024;
    private const int MaxErrorBytes = 16 * 1024;
    private static readonly TimeSpan EndLimit = TimeSpan.FromSeconds(10);

    private readonly SeqPacketSocket connection;
    private readonly PidFd process;
    private readonly PipeEnds? errors;
    private readonly byte[] buffer = new byte[MaxAnswerBytes];
    private ExitStatus? status;

    private CriuSession(SeqPacketSocket connection, int pid, PipeEnds? errors)
    {
        this.connection = connection;
        this.errors = errors;
        Pid = pid;
        process = PidFd.Open(pid); // a child that nobody has waited for
    }

    /// <summary>criu's own pid.</summary>
    public int Pid { get; }

    /// <summary>Starts criu with nothing on its standard descriptors but a pipe for what it complains about.</summary>
    public static CriuSession StartSilently(CriuProgram program)
    {
        using SafeFileHandle nothing = Descriptor.Open("/dev/null", OpenFlags.ReadWrite);
        PipeEnds complaints = Descriptor.Pipe();
        try
        {
            CriuSession session = Start(program, [new(0, nothing), new(1, nothing), new(2, complaints.Write)], complaints);
            complaints.Write.Dispose();
            return session;
        }
        catch
        {
            complaints.Dispose();
            throw;
        }
    }

    /// <summary>Starts criu with these descriptors. What it restores gets its standard ones.</summary>
    public static CriuSession Start(CriuProgram program, IReadOnlyList<SpawnDescriptor> descriptors) => Start(program, descriptors, complaints: null);

    /// <summary>Sends a request and takes the answer.</summary>
    /// <param name="limit">How long each message may take; null: without end.</param>
    /// <param name="notice">Called for what criu announces meanwhile, with the descriptors that came with it; false makes criu give up.</param>
    /// <returns>Null: criu has ended, or stayed silent for too long.</returns>
    public CriuResponse? Ask(ReadOnlySpan<byte> request, TimeSpan? limit, Func<CriuResponse, IReadOnlyList<SafeFileHandle>, bool>? notice = null)
    {
        try
        {
            connection.Send(request);
            while (true)
            {
                var descriptors = new List<SafeFileHandle>();
                try
                {
                    int length = connection.Receive(buffer, limit, descriptors);
                    if (length <= 0) { return null; }

                    CriuResponse response = CriuResponse.Parse(buffer.AsSpan(0, length));
                    if (response.Kind != CriuRequestKind.Notify) { return response; }

                    connection.Send(CriuRequest.Noticed(notice?.Invoke(response, descriptors) ?? true));
                }
                finally { descriptors.ForEach(static d => d.Dispose()); } // who keeps one has made a copy
            }
        }
        catch (LinuxException e) when (e.Errno is Errno.EPIPE or Errno.ECONNRESET) { return null; } // it has ended; its log says why
        catch (LinuxException e) when (e.Errno == Errno.EMSGSIZE)
        {
            throw new RuntimeException(RuntimeError.Failed, "criu: the request is larger than a socket carries: the container has too many mounts", null, e);
        }
    }

    /// <summary>Closes the connection and waits for criu's end, which is said in words.</summary>
    public string End()
    {
        connection.Dispose();
        return Reap().ToString();
    }

    /// <summary>Whether criu ended well. After <see cref="End"/>.</summary>
    public bool EndedWell => status is { IsSuccess: true };

    /// <summary>The last line that criu complained with on its standard error. After <see cref="End"/>; empty where it said nothing.</summary>
    public string LastError()
    {
        if (errors is null) { return ""; }

        byte[] text = new byte[MaxErrorBytes];
        Descriptor.SetNonBlocking(errors.Read);
        int length = 0;
        for (int count; length < text.Length && (count = Descriptor.Read(errors.Read, text.AsSpan(length))) > 0;) { length += count; }

        return CriuLog.LastError(Encoding.UTF8.GetString(text, 0, length));
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        connection.Dispose();
        Reap();
        process.Dispose();
        errors?.Dispose();
    }

    private static CriuSession Start(CriuProgram program, IReadOnlyList<SpawnDescriptor> descriptors, PipeEnds? complaints)
    {
        (SeqPacketSocket ours, SeqPacketSocket its) = SeqPacketSocket.Pair();
        using (its)
        {
            try
            {
                int pid = ProcessSpawn.Start(new SpawnRequest
                {
                    Path = program.Path, Arguments = ["criu", "swrk", "3"], Environment = CriuProgram.Variables,
                    Descriptors = [.. descriptors, new SpawnDescriptor(Socket, its)],
                });
                return new CriuSession(ours, pid, complaints);
            }
            catch
            {
                ours.Dispose();
                throw;
            }
        }
    }

    private ExitStatus Reap()
    {
        if (status is { } known) { return known; }

        if (process.Reap(EndLimit) is not { } ended)
        {
            process.Kill();
            ended = process.Reap(null)!.Value; // not null: there is no deadline
        }

        status = ended;
        return ended;
    }
}

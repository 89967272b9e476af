using System.Buffers;
using System.Buffers.Binary;
using System.Diagnostics;
using System.Globalization;
using System.Text;
using Inro.Linux;
using Inro.Linux.Memory;
using Inro.Linux.Processes;
using Inro.Linux.Sockets;
using Microsoft.Win32.SafeHandles;

namespace Inro.Runtime.Launch;

/// <summary>One launch from its start to its exec: the host's side of the control socket.</summary>
/// <remarks>
/// <code>
/// host ── posix_spawn ──► stage 1 ── clone ──► child ── … ── announced ── filter, exec
///   ◄─────────────────── cloned(pid) ┘  ◄──── sync, failed, at gate ┘        └─ end of file
/// </code>
/// Both processes write to one socket, so a message of the child may come before stage 1's word about the child; it is put off.
/// </remarks>
internal sealed partial class LaunchSession(ProgramParts program, LaunchOptions options) : IDisposable
{
    private readonly List<PutOff> putOff = [];
    private readonly string name = "inro:" + (Stopwatch.GetTimestamp() & 0xff_ffff_ffff).ToString("x10", CultureInfo.InvariantCulture);
    private SeqPacketSocket? socket;
    private PidFd? stage1;
    private int stage1Pid;
    private PidFd? child;
    private int childPid;
    private int stage;
    private bool announced;
    private bool done;
    private bool ended;

    /// <summary>Starts the walker.</summary>
    public void Start(WalkerFile walker)
    {
        try
        {
            using SafeFileHandle file = WriteProgram();
            (SeqPacketSocket own, SeqPacketSocket theirs) = SeqPacketSocket.Pair();
            socket = own;
            using (theirs)
            {
                stage1Pid = ProcessSpawn.Start(Request(walker, file, theirs));
            }

            stage1 = PidFd.Open(stage1Pid);
        }
        catch (LinuxException failure)
        {
            throw End(new LaunchFailure { Total = program.Operations.Count, Errno = failure.Errno, Detail = failure.Message }, failure);
        }
    }

    /// <summary>Answers the walker until it has become the program, stands at a gate, or failed.</summary>
    public LaunchedProcess? Follow()
    {
        byte[] buffer = ArrayPool<byte>.Shared.Rent(LaunchMessage.Bytes + LaunchFormat.MaxSyncBytes);
        try
        {
            while (true)
            {
                List<SafeFileHandle> descriptors = [];
                int length = Receive(buffer, descriptors);
                if (length < 0) { throw End(Failure(null, Errno.ETIMEDOUT, $"timed out: the process was silent for {options.Patience.TotalSeconds} s")); }
                if (length == 0) { return Conclude(); }
                if (Handle(buffer.AsSpan(0, length), descriptors)) { return Launched(atGate: true); }
            }
        }
        catch (Exception e) when (!ended)
        {
            throw End(new LaunchFailure { Total = program.Operations.Count, Errno = (e as LinuxException)?.Errno ?? Errno.None, Detail = e.Message }, e);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    /// <summary>Lets go of all descriptors; ends nothing.</summary>
    public void Dispose()
    {
        ended = true;
        socket?.Dispose();
        stage1?.Dispose();
        foreach (PutOff message in putOff) { message.Dispose(); }
        putOff.Clear();
    }

    private SafeFileHandle WriteProgram()
    {
        Span<byte> header = stackalloc byte[LaunchFormat.HeaderBytes];
        program.Bytes.AsSpan(0, LaunchFormat.HeaderBytes).CopyTo(header);
        Encoding.ASCII.GetBytes(name, header.Slice(LaunchFormat.NameOffset, LaunchFormat.NameBytes - 1));
        if (options.Fault is { } fault)
        {
            BinaryPrimitives.WriteInt32LittleEndian(header[LaunchFormat.FaultOffset..], fault.Kills ? 0 : fault.Operation);
            BinaryPrimitives.WriteInt32LittleEndian(header[(LaunchFormat.FaultOffset + 4)..], (int)fault.Errno);
            BinaryPrimitives.WriteInt32LittleEndian(header[(LaunchFormat.FaultOffset + 8)..], fault.Kills ? fault.Operation : 0);
        }

        return MemoryFile.CreateSealed("inro-launch", executable: false, header, program.Bytes.AsSpan(LaunchFormat.HeaderBytes));
    }

    private SpawnRequest Request(WalkerFile walker, SafeFileHandle file, SeqPacketSocket control)
    {
        int first = program.FirstDescriptor;
        var descriptors = new List<SpawnDescriptor>(5 + program.Inherited.Count);
        LaunchStdio stdio = options.Stdio;
        if (stdio.Input is not null) { descriptors.Add(new SpawnDescriptor(0, stdio.Input)); }
        if (stdio.Output is not null) { descriptors.Add(new SpawnDescriptor(1, stdio.Output)); }
        if (stdio.Error is not null) { descriptors.Add(new SpawnDescriptor(2, stdio.Error)); }
        descriptors.Add(new SpawnDescriptor(first, control));
        descriptors.Add(new SpawnDescriptor(first + 1, file));
        for (int i = 0; i < program.Inherited.Count; i++)
        {
            descriptors.Add(new SpawnDescriptor(first + ProgramParts.WalkerDescriptors + i, program.Inherited[i]));
        }

        return new SpawnRequest
        {
            Program = walker.Handle,
            Arguments = [name, first.ToString(CultureInfo.InvariantCulture)],
            Descriptors = descriptors,
        };
    }

    private int Receive(byte[] buffer, List<SafeFileHandle> descriptors)
    {
        if (!options.GiveUp.CanBeCanceled) { return socket!.Receive(buffer, Patience(), descriptors); } // not null: Start made it

        long begun = Stopwatch.GetTimestamp();
        while (true)
        {
            int length = socket!.Receive(buffer, LaunchOptions.GiveUpInterval, descriptors);
            if (length >= 0 || Stopwatch.GetElapsedTime(begun) >= Patience()) { return length; }
            if (options.GiveUp.IsCancellationRequested) { throw End(Failure(null, Errno.ECANCELED, "given up before it became the program")); }
        }
    }

    private TimeSpan? Patience() => program.SpawnTime is { } spawned ? options.Patience + spawned : null;

    /// <returns>True if the process stands at its gate.</returns>
    private bool Handle(ReadOnlySpan<byte> bytes, List<SafeFileHandle> descriptors)
    {
        LaunchMessage message = LaunchMessage.Parse(bytes);
        if (message.Stage > stage)
        {
            putOff.Add(new PutOff(message, bytes[LaunchMessage.Bytes..].ToArray(), descriptors));
            return false;
        }

        bool atGate = Handle(message, bytes[LaunchMessage.Bytes..], descriptors);
        while (message.Kind == MessageKind.Cloned && !atGate && putOff.Count > 0)
        {
            PutOff next = putOff[0];
            putOff.RemoveAt(0);
            atGate = Handle(next.Message, next.Bytes, next.Descriptors);
        }

        return atGate;
    }

    private bool Handle(LaunchMessage message, ReadOnlySpan<byte> bytes, List<SafeFileHandle> descriptors)
    {
        switch (message.Kind)
        {
            case MessageKind.Cloned:
                childPid = checked((int)message.Value);
                child = PidFd.Open(childPid); // our child, not waited for: the pid is still its own
                stage++;
                return false;
            case MessageKind.Sync:
                Answer(message.Index, bytes, descriptors);
                return false;
            case MessageKind.Announced:
                announced = true;
                return false;
            case MessageKind.Done:
                done = true;
                return false;
            case MessageKind.AtGate:
                return true;
            case MessageKind.Failed:
                throw End(Failure(OperationAt(message.Index), (Errno)message.Error, message.SpawnEnd));
            default:
                throw new InvalidDataException($"the walker sent a message of kind {message.Kind}");
        }
    }

    private void Answer(int index, ReadOnlySpan<byte> bytes, List<SafeFileHandle> descriptors)
    {
        using var exchange = new SyncExchange(child is null ? stage1Pid : childPid, bytes.ToArray(), [.. descriptors]);
        try
        {
            program.Handlers[index](exchange);
            Span<byte> head = stackalloc byte[LaunchAnswer.HeadBytes];
            LaunchAnswer.Write(head, index, exchange);
            socket!.Send(head, exchange.Answer.Span, exchange.AnswerDescriptors); // not null: Start made it
        }
        catch (OperationCanceledException)
        {
            End(Failure(OperationAt(index), Errno.ECANCELED, null));
            throw;
        }
        catch (LinuxException e) when (e.Errno is Errno.EPIPE or Errno.ECONNRESET)
        {
            // The process died while it waited; its own end says more than ours.
        }
        catch (Exception e)
        {
            throw End(Failure(OperationAt(index), (e as LinuxException)?.Errno ?? Errno.None, e.Message), e);
        }
    }

    private LaunchOperation? OperationAt(int index) =>
        index >= 0 && index < program.Operations.Count ? program.Operations[index] : null;

    private LaunchFailure Failure(LaunchOperation? operation, Errno errno, string? detail) =>
        new() { Operation = operation, Total = program.Operations.Count, Errno = errno, Detail = detail };

    /// <summary>A message that came before the host knew its sender.</summary>
    private sealed record PutOff(LaunchMessage Message, byte[] Bytes, List<SafeFileHandle> Descriptors) : IDisposable
    {
        public void Dispose()
        {
            foreach (SafeFileHandle descriptor in Descriptors) { descriptor.Dispose(); }
        }
    }
}

using System.Buffers.Binary;
using Inro.Linux;

namespace Inro.Runtime.Launch;

public sealed partial class LaunchBuilder
{
    /// <summary>Appends one system call.</summary>
    /// <param name="label">The act, for people: <c>mount /proc on</c>.</param>
    /// <param name="call">The call.</param>
    /// <param name="arguments">At most six; the rest are zero.</param>
    /// <param name="subject">The thing acted on, if the label does not name it already.</param>
    /// <param name="result">Gets what the call returned, if it did not fail.</param>
    /// <param name="tolerate">At most four errors after which the launch goes on, with <paramref name="result"/> as it was.</param>
    /// <param name="when">Skips the operation unless it holds.</param>
    /// <remarks>An argument whose slot is empty fails the operation with EBADFD.</remarks>
    public void Call(
        string label,
        SystemCall call,
        ReadOnlySpan<Argument> arguments,
        string subject = "",
        Slot? result = null,
        ReadOnlySpan<Errno> tolerate = default,
        Condition when = default)
    {
        Span<byte> op = Emit(LaunchOperationKind.Call, label, subject, arguments, when, call);
        BinaryPrimitives.WriteUInt16LittleEndian(op[LaunchFormat.OpNumber..], (ushort)call.Number);
        WriteResult(op, result);
        WriteTolerated(op, tolerate);
    }

    /// <summary>Writes a slot's value into prepared bytes.</summary>
    /// <param name="into">Room for the number; as text it holds the digits and a final zero.</param>
    /// <param name="result">Gets how many bytes were written, the final zero not counted.</param>
    public void Store(string label, Slot value, Data into, StoreFormat format, Slot? result = null, Condition when = default)
    {
        int needed = format == StoreFormat.Decimal ? 2 : (int)format;
        ArgumentOutOfRangeException.ThrowIfLessThan(into.Length, needed, nameof(into));
        Span<byte> op = Emit(LaunchOperationKind.Store, label, "", [value, into, (int)format, into.Length], when);
        WriteResult(op, result);
    }

    /// <summary>Takes a number out of prepared bytes (that the kernel filled), little-endian; the opposite of <see cref="Store"/>.</summary>
    /// <param name="from">One to eight bytes.</param>
    public void Load(string label, Data from, Slot result, Condition when = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(from.Length, 1, nameof(from));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(from.Length, sizeof(ulong), nameof(from));
        WriteResult(Emit(LaunchOperationKind.Load, label, "", [from, from.Length], when), result);
    }

    /// <summary>Tells the host something and waits for its answer; the host's end of file ends the launch.</summary>
    /// <param name="handler">Called on the thread that runs the launch; never called when the program is only explained.</param>
    /// <param name="send">Bytes for the host, as they are at that moment.</param>
    /// <param name="sendDescriptors">Slots whose descriptors the host gets; empty ones are an error.</param>
    /// <param name="receive">Bytes that the answer may fill.</param>
    /// <param name="receiveDescriptors">Slots for the answer's descriptors, close-on-exec; as many as come are filled.</param>
    /// <param name="receiveValues">Slots for the answer's numbers; as many as come are filled.</param>
    public void Sync(
        string label,
        Action<SyncExchange> handler,
        Data send = default,
        ReadOnlySpan<Slot> sendDescriptors = default,
        Data receive = default,
        ReadOnlySpan<Slot> receiveDescriptors = default,
        ReadOnlySpan<Slot> receiveValues = default,
        Condition when = default)
    {
        ArgumentNullException.ThrowIfNull(handler);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(send.Length, LaunchFormat.MaxSyncBytes, nameof(send));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(receive.Length, LaunchFormat.MaxSyncBytes, nameof(receive));
        if (hostMayBeGone) { throw new InvalidOperationException("a sync behind a listener's gate would have no host"); }
        Data lists = SyncLists(sendDescriptors, receiveDescriptors, receiveValues);
        Emit(LaunchOperationKind.Sync, label, "", [send, send.Length, receive, receive.Length, lists], when);
        handlers.Add(operations.Count - 1, handler);
    }

    /// <summary>Waits until the gate is opened. The host's runner returns when the process stands here; the host may then end.</summary>
    /// <param name="descriptor">What <paramref name="kind"/> says.</param>
    public void Gate(string label, Slot descriptor, GateKind kind)
    {
        Emit(LaunchOperationKind.Gate, label, "", [descriptor, (int)kind], default);
        hostMayBeGone = kind == GateKind.Listener;
    }

    /// <summary>Runs a program in the walker's namespaces and waits for its end.</summary>
    /// <param name="path">The program's file, as the walker sees it at that moment.</param>
    /// <param name="argv">Arguments, the program's name first; from <see cref="StringArray"/>.</param>
    /// <param name="environment">From <see cref="StringArray"/>.</param>
    /// <param name="stdin">What the program reads; empty leaves the walker's own standard input.</param>
    /// <param name="timeout">After this the program is killed and the operation fails with ETIMEDOUT; null waits for ever. Milliseconds count.</param>
    /// <param name="output">A descriptor for the program's standard output and error; without it the walker's own.</param>
    /// <param name="status">Gets the wait status; given, an exit status other than zero does not fail the launch.</param>
    public void Spawn(
        string label,
        Data path,
        Data argv,
        Data environment,
        Data stdin = default,
        TimeSpan? timeout = null,
        Slot? output = null,
        Slot? status = null,
        string subject = "",
        Condition when = default)
    {
        long milliseconds = timeout is { } limit ? Math.Max(1, (long)limit.TotalMilliseconds) : 0;
        Argument input = stdin.Length > 0 ? stdin : Argument.Null;
        Span<byte> op = Emit(
            LaunchOperationKind.Spawn, label, subject, [path, argv, environment, input, stdin.Length, milliseconds], when);
        WriteResult(op, status);
        ushort outputSlot = output is { } slot ? (ushort)slot.Number : LaunchFormat.NoSlot;
        BinaryPrimitives.WriteUInt64LittleEndian(op[LaunchFormat.OpExtra..], outputSlot);
        spawnTime = timeout is { } time ? spawnTime + time : null;
    }

    /// <summary>Clones. The child goes on with the next operation; it is a child of the host, not of the walker that clones.</summary>
    /// <param name="flags">CLONE_NEW… flags; CLONE_PARENT is added, the exit signal is none (the host waits by pidfd).</param>
    /// <param name="cgroup">A directory of cgroup v2 in which the child starts (CLONE_INTO_CGROUP).</param>
    public void Clone(string label, ulong flags, Slot? cgroup = null, string subject = "")
    {
        Data arguments = Reserve(CloneArgumentBytes);
        Put(arguments, flags | CloneParent | (cgroup is null ? 0 : CloneIntoCgroup));
        if (cgroup is { } directory)
        {
            Store("name the cgroup of the clone", directory, arguments.Slice(CloneCgroupOffset, sizeof(ulong)), StoreFormat.Binary64);
        }

        Emit(LaunchOperationKind.Clone, label, subject, [arguments, CloneArgumentBytes], default);
        hasClone = true;
    }

    /// <summary>Compares prepared bytes (that the kernel filled) with expected ones.</summary>
    /// <param name="otherwise">What the operation fails with if they differ.</param>
    /// <param name="mask">The bits of each byte that are compared.</param>
    public void Expect(string label, Data actual, Data expected, Errno otherwise, string subject = "", Condition when = default, byte mask = 0xFF)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(actual.Length, expected.Length, nameof(actual));
        Emit(LaunchOperationKind.Expect, label, subject, [actual, expected, expected.Length, (int)otherwise, (int)mask], when);
    }

    /// <summary>Compares prepared bytes (that the kernel filled) with what they must not be.</summary>
    /// <param name="otherwise">What the operation fails with if they are the same.</param>
    public void ExpectOther(string label, Data actual, Data unwanted, Errno otherwise, string subject = "")
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(actual.Length, unwanted.Length, nameof(actual));
        Emit(LaunchOperationKind.Expect, label, subject, [actual, unwanted, unwanted.Length, (int)otherwise, 0xFF, 1], default);
    }

    /// <summary>Marks the end of everything that can be reported: only what must come last may follow, the filter and exec.</summary>
    /// <remarks>Closes all descriptors first, see <see cref="CloseDescriptors"/>.</remarks>
    public void Announce()
    {
        if (announced) { throw new InvalidOperationException("a launch program announces its exec once"); }
        CloseDescriptors();
        Emit(LaunchOperationKind.Announce, "announce exec", "", [], default);
        announced = true;
    }

    /// <summary>Loads a filter of system calls, and has its notification descriptor sent before the next operation, which can only be the exec.</summary>
    /// <param name="handler">Gets the descriptor. Behind a listener's gate whoever opened that gets it instead.</param>
    /// <param name="flags">Of seccomp(2), SECCOMP_FILTER_FLAG_NEW_LISTENER among them.</param>
    /// <param name="program">struct sock_fprog.</param>
    /// <remarks>Needs room for a second task: a thread that the filter does not hold for sends it.</remarks>
    public void Listen(string label, Action<SyncExchange> handler, uint flags, Data program, string subject = "")
    {
        if (!announced) { throw new InvalidOperationException("a filter is loaded when the exec was announced"); }

        Emit(LaunchOperationKind.Listen, label, subject, [flags, program], default);
        handlers.Add(operations.Count - 1, handler);
    }

    /// <summary>Closes everything above the preserved descriptors but the control socket, which the exec closes.</summary>
    /// <remarks>
    /// Close-on-exec is too late for the others: the kernel looks for a program before it closes them, and a program named
    /// /proc/self/fd/N/../… would be the host's (CVE-2024-21626). Nothing in a slot is a descriptor afterwards.
    /// </remarks>
    public void CloseDescriptors()
    {
        int first = firstDescriptor + 1;
        Call("close all from descriptor", SystemCall.CloseRange, [first, uint.MaxValue, 0], subject: first.ToString(System.Globalization.CultureInfo.InvariantCulture));
    }

    /// <summary>The last operation: becomes another program. Announces it, if that was not done before the filter was loaded.</summary>
    public void Exec(string label, Data path, Data argv, Data environment, string subject = "")
    {
        if (!announced) { Announce(); }
        Call(label, SystemCall.Execve, [path, argv, environment], subject);
    }

    private const int CloneArgumentBytes = 88;
    private const int CloneCgroupOffset = 80;
    private const ulong CloneParent = 0x8000;
    private const ulong CloneIntoCgroup = 0x2_0000_0000;

    private Span<byte> Emit(
        LaunchOperationKind kind, string label, string subject, ReadOnlySpan<Argument> arguments, Condition when, SystemCall? call = null)
    {
        ObjectDisposedException.ThrowIf(built, this);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(arguments.Length, 6, nameof(arguments));
        if (operations.Count == LaunchFormat.MaxOperations) { throw TooLarge(); }
        operations.Add(new LaunchOperation(operations.Count + 1, kind, label, subject, step, call));

        Span<byte> op = operationBytes.Append(LaunchFormat.OperationBytes);
        BinaryPrimitives.WriteUInt16LittleEndian(op, (ushort)kind);
        BinaryPrimitives.WriteUInt16LittleEndian(op[LaunchFormat.OpResult..], LaunchFormat.NoSlot);
        ushort condition = !when.Exists ? LaunchFormat.NoSlot
            : (ushort)(when.Slot.Number | (when.WantsSet ? 0 : LaunchFormat.WantsUnset));
        BinaryPrimitives.WriteUInt16LittleEndian(op[LaunchFormat.OpWhen..], condition);
        BinaryPrimitives.WriteUInt16LittleEndian(op[LaunchFormat.OpArgumentCount..], (ushort)arguments.Length);
        WriteArguments(op, arguments);
        return op;
    }

    private void WriteArguments(Span<byte> op, ReadOnlySpan<Argument> arguments)
    {
        int kinds = 0;
        for (int i = 0; i < arguments.Length; i++)
        {
            Argument argument = arguments[i];
            ArgumentKind kind = argument.Kind;
            long value = argument.Value;
            if (kind == ArgumentKind.Text)
            {
                kind = ArgumentKind.Pointer;
                value = String(argument.Text!).Offset; // not null: the only way to make this kind takes a string
            }

            kinds |= (int)kind << (2 * i);
            BinaryPrimitives.WriteInt64LittleEndian(op[(LaunchFormat.OpArguments + (i * sizeof(long)))..], value);
        }

        BinaryPrimitives.WriteUInt16LittleEndian(op[LaunchFormat.OpArgumentKinds..], (ushort)kinds);
    }

    private static void WriteResult(Span<byte> op, Slot? result)
    {
        if (result is { } slot) { BinaryPrimitives.WriteUInt16LittleEndian(op[LaunchFormat.OpResult..], (ushort)slot.Number); }
    }

    private static void WriteTolerated(Span<byte> op, ReadOnlySpan<Errno> tolerate)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(tolerate.Length, LaunchFormat.MaxTolerated, nameof(tolerate));
        for (int i = 0; i < tolerate.Length; i++)
        {
            BinaryPrimitives.WriteUInt16LittleEndian(op[(LaunchFormat.OpTolerated + (i * sizeof(ushort)))..], (ushort)tolerate[i]);
        }
    }

    /// <summary>Three counts and three lists of slot numbers, as the walker reads them.</summary>
    private Data SyncLists(ReadOnlySpan<Slot> send, ReadOnlySpan<Slot> receive, ReadOnlySpan<Slot> values)
    {
        Data lists = Reserve((4 + (3 * LaunchFormat.MaxSyncItems)) * sizeof(ushort));
        WriteSlots(lists, 0, send);
        WriteSlots(lists, 1, receive);
        WriteSlots(lists, 2, values);
        return lists;
    }

    private void WriteSlots(Data lists, int which, ReadOnlySpan<Slot> slots)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(slots.Length, LaunchFormat.MaxSyncItems, nameof(slots));
        data.WriteUInt16(lists.Offset + (which * sizeof(ushort)), (ushort)slots.Length);
        int start = lists.Offset + ((4 + (which * LaunchFormat.MaxSyncItems)) * sizeof(ushort));
        for (int i = 0; i < slots.Length; i++)
        {
            data.WriteUInt16(start + (i * sizeof(ushort)), (ushort)slots[i].Number);
        }
    }
}

/// <summary>How a store writes its number; the values are those of the program's format.</summary>
public enum StoreFormat
{
    /// <summary>Four bytes, little-endian.</summary>
    Binary32 = 4,

    /// <summary>Eight bytes, little-endian.</summary>
    Binary64 = 8,

    /// <summary>Decimal digits and a final zero.</summary>
    Decimal = 10,
}

/// <summary>What a gate waits on; the values are those of the program's format.</summary>
public enum GateKind
{
    /// <summary>The descriptor is a FIFO opened read-write: one byte opens the gate.</summary>
    Fifo = 0,

    /// <summary>The descriptor is a listening SEQPACKET socket: who connects opens the gate, and takes the host's place
    /// on the control socket, so that it learns whether exec succeeded. The listener is closed.</summary>
    Listener = 1,
}

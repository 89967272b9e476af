using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace Inro.Runtime.Launch;

/// <summary>Builds a launch program, front to back: prepared bytes, slots, and operations in the order in which they are done.</summary>
/// <remarks>One builder makes one program and is then used up. Building changes nothing on the machine.</remarks>
public sealed partial class LaunchBuilder : IDisposable
{
    private readonly ProgramBuffer data = new(16 * 1024);
    private readonly ProgramBuffer operationBytes = new(128 * LaunchFormat.OperationBytes);
    private readonly List<int> relocations = new(256);
    private readonly List<SlotInfo> slots = new(32);
    private readonly List<SafeHandle> inherited = [];
    private readonly List<DataRegion> regions = new(256);
    private readonly List<LaunchOperation> operations = new(128);
    private readonly List<LaunchUndo> undo = [];
    private readonly List<IDisposable> owned = [];
    private readonly Dictionary<int, Action<SyncExchange>> handlers = [];
    private readonly int firstDescriptor;
    private ILaunchStep? step;
    private TimeSpan? spawnTime = TimeSpan.Zero;
    private bool hasClone;
    private bool announced;
    private bool hostMayBeGone;
    private bool built;

    /// <param name="preservedDescriptors">How many descriptors from 3 upwards the program keeps free for the process
    /// to be launched; they are filled by <c>dup3</c> operations just before <see cref="Exec"/>.</param>
    public LaunchBuilder(int preservedDescriptors = 0)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(preservedDescriptors);
        firstDescriptor = 3 + preservedDescriptors;
    }

    /// <summary>Operations so far; the next one gets this number plus one.</summary>
    public int Count => operations.Count;

    /// <summary>Emits a step: its operations are grouped under its name.</summary>
    public void Add(ILaunchStep step)
    {
        ILaunchStep? outer = this.step;
        this.step = step;
        step.Emit(this);
        this.step = outer;
    }

    /// <summary>An empty slot.</summary>
    /// <param name="name">For people: what the number will be, such as <c>rootfs</c>.</param>
    public Slot NewSlot(string name) => AddSlot(name, LaunchFormat.Unset);

    /// <summary>A slot that holds a number from the start.</summary>
    public Slot Preset(long value, string name) => AddSlot(name, value);

    /// <summary>Gives the walker a descriptor of this process, close-on-exec; the slot holds its number there.</summary>
    /// <param name="descriptor">Stays the caller's and must be open until the launch has returned; see <see cref="Own"/>.</param>
    public Slot Inherit(SafeHandle descriptor, string name)
    {
        ArgumentNullException.ThrowIfNull(descriptor);
        inherited.Add(descriptor);
        return AddSlot(name, firstDescriptor + ProgramParts.WalkerDescriptors + inherited.Count - 1);
    }

    /// <summary>Has <paramref name="resource"/> disposed with the program, run or not.</summary>
    public T Own<T>(T resource)
        where T : IDisposable
    {
        owned.Add(resource);
        return resource;
    }

    /// <summary>Registers what takes back a change outside the launched process (a cgroup, an interface, a file of state).</summary>
    /// <param name="what">For messages: <c>remove cgroup inro-…</c>.</param>
    /// <param name="undo">Runs when the launch failed, after the process is gone, in reverse order of registration. It must bear
    /// that the thing was never made, and must not take long.</param>
    public void Undo(string what, Action undo) => this.undo.Add(new LaunchUndo(what, undo));

    /// <summary>Ends building.</summary>
    /// <exception cref="InvalidOperationException">The program is malformed: an exec without a clone before it, or too large.</exception>
    public LaunchProgram Build()
    {
        ObjectDisposedException.ThrowIf(built, this);
        if (announced && !hasClone)
        {
            throw new InvalidOperationException("a launch program that ends in exec must clone before it: only then can the host tell exec from death");
        }

        byte[] bytes = Assemble();
        built = true;
        var program = new LaunchProgram(new ProgramParts
        {
            Bytes = bytes,
            Operations = operations,
            Undo = undo,
            Handlers = handlers,
            Inherited = inherited,
            Owned = owned,
            Slots = slots,
            Regions = regions,
            FirstDescriptor = firstDescriptor,
            EndsInExec = announced,
            SpawnTime = spawnTime,
        });
        data.Dispose();
        operationBytes.Dispose();
        return program;
    }

    /// <summary>Gives everything back if <see cref="Build"/> was never reached.</summary>
    public void Dispose()
    {
        if (built) { return; }
        built = true;
        data.Dispose();
        operationBytes.Dispose();
        for (int i = owned.Count - 1; i >= 0; i--) { owned[i].Dispose(); }
    }

    internal static RuntimeException TooLarge() => new(
        RuntimeError.InvalidConfiguration, $"the configuration is too large: its launch takes more than {LaunchFormat.MaxOperations} operations, {LaunchFormat.MaxSlots} places or {LaunchFormat.MaxProgramBytes} bytes",
        "give it fewer mounts, devices, masked paths and arguments");

    private Slot AddSlot(string name, long value)
    {
        if (slots.Count == LaunchFormat.MaxSlots) { throw TooLarge(); }
        slots.Add(new SlotInfo(name, value));
        return new Slot(slots.Count - 1);
    }

    private byte[] Assemble()
    {
        int firstSlot = LaunchFormat.HeaderBytes;
        int firstRelocation = firstSlot + (slots.Count * sizeof(long));
        int firstOperation = (firstRelocation + (relocations.Count * sizeof(uint)) + 7) & ~7;
        int firstByte = firstOperation + operationBytes.Length;
        byte[] bytes = GC.AllocateUninitializedArray<byte>(firstByte + data.Length);

        WriteHeader(bytes, firstSlot, firstRelocation, firstOperation, firstByte);
        for (int i = 0; i < slots.Count; i++)
        {
            BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(firstSlot + (i * sizeof(long))), slots[i].Value);
        }

        bytes.AsSpan(firstRelocation, firstOperation - firstRelocation).Clear();
        for (int i = 0; i < relocations.Count; i++)
        {
            BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(firstRelocation + (i * sizeof(uint))), relocations[i]);
        }

        operationBytes.Written.CopyTo(bytes.AsSpan(firstOperation));
        data.Written.CopyTo(bytes.AsSpan(firstByte));
        return bytes;
    }

    private void WriteHeader(Span<byte> bytes, int firstSlot, int firstRelocation, int firstOperation, int firstByte)
    {
        bytes[..LaunchFormat.HeaderBytes].Clear();
        BinaryPrimitives.WriteUInt64LittleEndian(bytes, LaunchFormat.Magic);
        ReadOnlySpan<int> fields =
        [
            bytes.Length, slots.Count, relocations.Count, operations.Count,
            firstSlot, firstRelocation, firstOperation, firstByte,
        ];
        for (int i = 0; i < fields.Length; i++)
        {
            BinaryPrimitives.WriteInt32LittleEndian(bytes[(8 + (i * sizeof(int)))..], fields[i]);
        }

        BinaryPrimitives.WriteInt32LittleEndian(bytes[LaunchFormat.InheritedOffset..], ProgramParts.WalkerDescriptors + inherited.Count);
    }
}

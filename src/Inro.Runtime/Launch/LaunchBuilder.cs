using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace Inro.Runtime.Launch;

/// <summary>Builds a launch program, front to back: prepared bytes, slots, and operations in the order in which they are done.</summary>
/// <remarks>One builder makes one program and is then used up. Building changes nothing on the machine.</remarks>
public sealed partial class LaunchBuilder : IDisposable
{
    private readonly ProgramBuffer _data = new(16 * 1024);
    private readonly ProgramBuffer _operationBytes = new(128 * LaunchFormat.OperationBytes);
    private readonly List<int> _relocations = new(256);
    private readonly List<SlotInfo> _slots = new(32);
    private readonly List<SafeHandle> _inherited = [];
    private readonly List<DataRegion> _regions = new(256);
    private readonly List<LaunchOperation> _operations = new(128);
    private readonly List<LaunchUndo> _undo = [];
    private readonly List<IDisposable> _owned = [];
    private readonly Dictionary<int, Action<SyncExchange>> _handlers = [];
    private readonly int _firstDescriptor;
    private ILaunchStep? _step;
    private TimeSpan? _spawnTime = TimeSpan.Zero;
    private bool _hasClone;
    private bool _announced;
    private bool _hostMayBeGone;
    private bool _built;

    /// <param name="preservedDescriptors">How many descriptors from 3 upwards the program keeps free for the process
    /// to be launched; they are filled by <c>dup3</c> operations just before <see cref="Exec"/>.</param>
    public LaunchBuilder(int preservedDescriptors = 0)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(preservedDescriptors);
        _firstDescriptor = 3 + preservedDescriptors;
    }

    /// <summary>Operations so far; the next one gets this number plus one.</summary>
    public int Count => _operations.Count;

    /// <summary>Emits a step: its operations are grouped under its name.</summary>
    public void Add(ILaunchStep step)
    {
        ILaunchStep? outer = _step;
        _step = step;
        step.Emit(this);
        _step = outer;
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
        _inherited.Add(descriptor);
        return AddSlot(name, _firstDescriptor + ProgramParts.WalkerDescriptors + _inherited.Count - 1);
    }

    /// <summary>Has <paramref name="resource"/> disposed with the program, run or not.</summary>
    public T Own<T>(T resource)
        where T : IDisposable
    {
        _owned.Add(resource);
        return resource;
    }

    /// <summary>Registers what takes back a change outside the launched process (a cgroup, an interface, a file of state).</summary>
    /// <param name="what">For messages: <c>remove cgroup inro-…</c>.</param>
    /// <param name="undo">Runs when the launch failed, after the process is gone, in reverse order of registration. It must bear
    /// that the thing was never made, and must not take long.</param>
    public void Undo(string what, Action undo) => _undo.Add(new LaunchUndo(what, undo));

    /// <summary>Ends building.</summary>
    /// <exception cref="InvalidOperationException">The program is malformed: an exec without a clone before it, or too large.</exception>
    public LaunchProgram Build()
    {
        ObjectDisposedException.ThrowIf(_built, this);
        if (_announced && !_hasClone)
        {
            throw new InvalidOperationException("a launch program that ends in exec must clone before it: only then can the host tell exec from death");
        }

        byte[] bytes = Assemble();
        _built = true;
        var program = new LaunchProgram(new ProgramParts
        {
            Bytes = bytes,
            Operations = _operations,
            Undo = _undo,
            Handlers = _handlers,
            Inherited = _inherited,
            Owned = _owned,
            Slots = _slots,
            Regions = _regions,
            FirstDescriptor = _firstDescriptor,
            EndsInExec = _announced,
            SpawnTime = _spawnTime,
        });
        _data.Dispose();
        _operationBytes.Dispose();
        return program;
    }

    /// <summary>Gives everything back if <see cref="Build"/> was never reached.</summary>
    public void Dispose()
    {
        if (_built) { return; }
        _built = true;
        _data.Dispose();
        _operationBytes.Dispose();
        for (int i = _owned.Count - 1; i >= 0; i--) { _owned[i].Dispose(); }
    }

    private Slot AddSlot(string name, long value)
    {
        if (_slots.Count == LaunchFormat.MaxSlots) { throw new InvalidOperationException("a launch program has at most 4096 slots"); }
        _slots.Add(new SlotInfo(name, value));
        return new Slot(_slots.Count - 1);
    }

    private byte[] Assemble()
    {
        int slots = LaunchFormat.HeaderBytes;
        int relocations = slots + (_slots.Count * sizeof(long));
        int operations = (relocations + (_relocations.Count * sizeof(uint)) + 7) & ~7;
        int data = operations + _operationBytes.Length;
        byte[] bytes = GC.AllocateUninitializedArray<byte>(data + _data.Length);

        WriteHeader(bytes, slots, relocations, operations, data);
        for (int i = 0; i < _slots.Count; i++)
        {
            BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(slots + (i * sizeof(long))), _slots[i].Value);
        }

        bytes.AsSpan(relocations, operations - relocations).Clear();
        for (int i = 0; i < _relocations.Count; i++)
        {
            BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(relocations + (i * sizeof(uint))), _relocations[i]);
        }

        _operationBytes.Written.CopyTo(bytes.AsSpan(operations));
        _data.Written.CopyTo(bytes.AsSpan(data));
        return bytes;
    }

    private void WriteHeader(Span<byte> bytes, int slots, int relocations, int operations, int data)
    {
        bytes[..LaunchFormat.HeaderBytes].Clear();
        BinaryPrimitives.WriteUInt64LittleEndian(bytes, LaunchFormat.Magic);
        ReadOnlySpan<int> fields =
        [
            bytes.Length, _slots.Count, _relocations.Count, _operations.Count,
            slots, relocations, operations, data,
        ];
        for (int i = 0; i < fields.Length; i++)
        {
            BinaryPrimitives.WriteInt32LittleEndian(bytes[(8 + (i * sizeof(int)))..], fields[i]);
        }

        BinaryPrimitives.WriteInt32LittleEndian(bytes[LaunchFormat.InheritedOffset..], ProgramParts.WalkerDescriptors + _inherited.Count);
    }
}

namespace Inro.Runtime.Launch;

/// <summary>The layout of a launch program. The same numbers stand in <c>native/walker.c</c>; a kernel test runs both together.</summary>
/// <remarks>
/// <code>
/// header │ slots (8 bytes each) │ relocations (4 each, padded to 8) │ operations │ data
/// </code>
/// All numbers are little-endian. Addresses are offsets from the start of the data; the walker adds where it mapped it.
/// </remarks>
internal static class LaunchFormat
{
    /// <summary>"INROLP" and a version: a walker refuses a program of another format.</summary>
    public const ulong Magic = 0x0001_504C_4F52_4E49;

    /// <summary>Bytes of the header.</summary>
    public const int HeaderBytes = 96;

    /// <summary>Where the header says where the operations begin; where the data do follows.</summary>
    public const int OperationsOffset = 32;

    /// <summary>Where the header says how many descriptors the walker owns.</summary>
    public const int InheritedOffset = 52;

    /// <summary>Where the header says which operation fails, with what, and which one kills.</summary>
    public const int FaultOffset = 40;

    /// <summary>Where the header holds the name under which the walker runs.</summary>
    public const int NameOffset = 56;

    /// <summary>Bytes of that name, the final zero counted: what the kernel keeps of a name.</summary>
    public const int NameBytes = 16;

    /// <summary>Bytes of one operation.</summary>
    public const int OperationBytes = 80;

    // Where the parts of an operation stand; its kind is the first.
    public const int OpNumber = 2;
    public const int OpArgumentKinds = 4;
    public const int OpResult = 6;
    public const int OpWhen = 8;
    public const int OpArgumentCount = 10; // for people; the walker passes six
    public const int OpTolerated = 12;
    public const int OpArguments = 24;
    public const int OpExtra = 72;

    /// <summary>Content of an empty slot.</summary>
    public const long Unset = long.MinValue;

    /// <summary>In place of a slot number: none.</summary>
    public const ushort NoSlot = 0xffff;

    /// <summary>Added to the slot of a condition: the slot must be empty.</summary>
    public const ushort WantsUnset = 0x8000;

    /// <summary>In place of an errno: whatever it is.</summary>
    public const ushort AnyErrno = 0xffff;

    /// <summary>Errors that one operation can tolerate by number.</summary>
    public const int MaxTolerated = 4;

    /// <summary>Descriptors, and values, that one sync can carry each way.</summary>
    public const int MaxSyncItems = 8;

    /// <summary>Bytes that one sync can carry each way; a message of the control socket is never split.</summary>
    public const int MaxSyncBytes = 64 * 1024;

    /// <summary>Slots of one program: enough for two thousand mounts; a number must be below <see cref="WantsUnset"/>.</summary>
    public const int MaxSlots = 24 * 1024;

    /// <summary>Operations of one program.</summary>
    public const int MaxOperations = 64 * 1024;

    /// <summary>Bytes of one program.</summary>
    public const int MaxProgramBytes = 16 * 1024 * 1024;
}

/// <summary>What an operation does; values of the program's format.</summary>
public enum LaunchOperationKind
{
    /// <summary>One system call.</summary>
    Call = 0,

    /// <summary>A slot's value into prepared bytes.</summary>
    Store = 1,

    /// <summary>Tells the host something and waits for its answer.</summary>
    Sync = 2,

    /// <summary>Waits until somebody opens the gate; outlives the creator.</summary>
    Gate = 3,

    /// <summary>Runs a program in the walker's namespaces and waits for its end.</summary>
    Spawn = 4,

    /// <summary>Clones; the child goes on.</summary>
    Clone = 5,

    /// <summary>Compares prepared bytes with expected ones and fails if they differ.</summary>
    Expect = 6,

    /// <summary>Tells the host that only the filter and exec are left.</summary>
    Announce = 7,

    /// <summary>Loads a filter of system calls whose notification descriptor goes to the host before the walk goes on.</summary>
    Listen = 8,

    /// <summary>A number of prepared bytes (that the kernel filled) into a slot.</summary>
    Load = 9,
}

using System.Runtime.InteropServices;

namespace Inro.Runtime.Launch;

/// <summary>A finished launch program: the bytes that the walker walks, and what the host knows about them.</summary>
/// <remarks>Immutable. It can be explained without being run. Disposing it closes what the builder was told to own.</remarks>
public sealed class LaunchProgram : IDisposable
{
    internal LaunchProgram(ProgramParts parts) => Parts = parts;

    /// <summary>The operations in their order, with their labels.</summary>
    public IReadOnlyList<LaunchOperation> Operations => Parts.Operations;

    internal ProgramParts Parts { get; }

    /// <summary>What stands behind the gate, for whoever opens it from another process; null if the program has no gate.</summary>
    public GateTail? BehindGate()
    {
        int gate = 0;
        while (gate < Operations.Count && Operations[gate].Kind != LaunchOperationKind.Gate) { gate++; }
        if (gate == Operations.Count) { return null; }
        var titles = new string[Operations.Count - gate - 1];
        for (int i = 0; i < titles.Length; i++) { titles[i] = Operations[gate + 1 + i].Title; }
        return new GateTail(Operations.Count, gate + 2, titles);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        for (int i = Parts.Owned.Count - 1; i >= 0; i--) { Parts.Owned[i].Dispose(); }
    }
}

/// <summary>What a program consists of.</summary>
internal sealed record ProgramParts
{
    /// <summary>Descriptors that the walker has besides the inherited ones: the control socket and the program.</summary>
    public const int WalkerDescriptors = 2;

    /// <summary>The program's bytes, see <see cref="LaunchFormat"/>.</summary>
    public required byte[] Bytes { get; init; }

    public required IReadOnlyList<LaunchOperation> Operations { get; init; }

    public required IReadOnlyList<LaunchUndo> Undo { get; init; }

    /// <summary>What answers the syncs, by position of the operation.</summary>
    public required IReadOnlyDictionary<int, Action<SyncExchange>> Handlers { get; init; }

    public required IReadOnlyList<SafeHandle> Inherited { get; init; }

    public required IReadOnlyList<IDisposable> Owned { get; init; }

    public required IReadOnlyList<SlotInfo> Slots { get; init; }

    public required IReadOnlyList<DataRegion> Regions { get; init; }

    /// <summary>Number of the control socket in the walker; the program is the next, then the inherited ones.</summary>
    public required int FirstDescriptor { get; init; }

    public required bool EndsInExec { get; init; }

    /// <summary>The time that spawned programs may take together; null if one of them has no limit.</summary>
    public required TimeSpan? SpawnTime { get; init; }
}

/// <summary>What takes back one change outside the launched process.</summary>
internal sealed record LaunchUndo(string What, Action Act);

/// <summary>A slot as people and the header know it.</summary>
internal readonly record struct SlotInfo(string Name, long Value);

/// <summary>What a stretch of prepared bytes holds.</summary>
internal readonly record struct DataRegion(int Offset, int Length, DataKind Kind);

internal enum DataKind
{
    Bytes,
    Text,
    TextArray,
}

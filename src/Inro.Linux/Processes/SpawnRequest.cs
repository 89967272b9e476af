using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Inro.Linux.Processes;

/// <summary>A program to start as a child of this process.</summary>
public sealed record SpawnRequest
{
    /// <summary>The program's file. Null if <see cref="Program"/> says it.</summary>
    public string? Path { get; init; }

    /// <summary>The program's file as a descriptor, executed through /proc/self/fd.</summary>
    public SafeFileHandle? Program { get; init; }

    /// <summary>Arguments, the program's name first.</summary>
    public required IReadOnlyList<string> Arguments { get; init; }

    /// <summary><c>NAME=value</c> each; nothing of this process's own is added.</summary>
    public IReadOnlyList<string> Environment { get; init; } = [];

    /// <summary>Descriptors of the child. 0, 1 and 2 are this process's own unless they stand here; of the others nothing passes.</summary>
    public IReadOnlyList<SpawnDescriptor> Descriptors { get; init; } = [];

    /// <summary>True makes the child the leader of a session without a terminal.</summary>
    public bool NewSession { get; init; }

    /// <summary>Signals that the child starts with blocked, in all its threads; none otherwise.</summary>
    public IReadOnlyList<int> BlockedSignals { get; init; } = [];
}

/// <summary>One descriptor of a child.</summary>
/// <param name="Target">Number in the child.</param>
/// <param name="Source">What it refers to; stays the caller's.</param>
public readonly record struct SpawnDescriptor(int Target, SafeHandle Source);

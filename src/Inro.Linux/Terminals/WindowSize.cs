using System.Runtime.InteropServices;

namespace Inro.Linux.Terminals;

/// <summary>Size of a terminal in characters.</summary>
/// <param name="Rows">Height.</param>
/// <param name="Columns">Width.</param>
[StructLayout(LayoutKind.Auto)]
public readonly record struct WindowSize(ushort Rows, ushort Columns);

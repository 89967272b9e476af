using System.Runtime.InteropServices;

namespace Inro.Engine.Logs;

/// <summary>Tells a file of a log from all others of that log, plain or compressed.</summary>
/// <param name="Inode">Of the plain file; a later file may get the same number.</param>
/// <param name="FirstTime">Time of its first record; 0: it has none.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct LogIdentity(ulong Inode, long FirstTime);

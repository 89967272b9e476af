namespace Inro.Engine.Shim;

/// <summary>The shim's one word to its starter: the container's process runs.</summary>
/// <param name="Pid">The container's first process, as this host numbers it.</param>
/// <param name="StartTime">Its start time, clock ticks since boot.</param>
/// <param name="BootId">The boot it runs in.</param>
/// <param name="ShimPid">The shim's process.</param>
/// <param name="StartedAtNanoseconds">Nanoseconds since 1970.</param>
public sealed record StartedRecord(int Pid, ulong StartTime, string BootId, int ShimPid, long StartedAtNanoseconds);

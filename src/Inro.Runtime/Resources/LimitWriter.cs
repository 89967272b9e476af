using Inro.Linux;
using Inro.Linux.Cgroups;
using Inro.Spec.Runtime;

namespace Inro.Runtime.Resources;

/// <summary>Writes the values of a plan through open directories; a refusal names file, value and errno.</summary>
internal sealed class LimitWriter(IReadOnlyList<CgroupDirectory?> directories)
{
    /// <summary>Writes the limits of a new cgroup.</summary>
    public void Create(IReadOnlyList<CgroupWrite> writes)
    {
        foreach (CgroupWrite write in writes) { Write(write); }
    }

    /// <summary>Writes the limits of a cgroup in use, where the order depends on what is in force.</summary>
    public void Update(IReadOnlyList<CgroupWrite> writes, MemoryResources? memory)
    {
        Check(writes, memory);
        List<CgroupWrite> ordered = [.. writes];
        RaiseBothFirst(ordered);
        ShrinkQuotaFirst(ordered);
        Create(ordered);
    }

    /// <summary>Refuses a memory limit below what is in use, if that is asked for.</summary>
    public void Check(IReadOnlyList<CgroupWrite> writes, MemoryResources? memory)
    {
        if (memory is { CheckBeforeUpdate: true, Limit: > 0 }) { RefuseBelowUsage(writes, memory.Limit.Value); }
    }

    private void Write(CgroupWrite write)
    {
        if (directories[write.Location] is not { } directory)
        {
            if (write.Field == "devices") { return; } // rootless: the kernel guards device nodes by their owner in any case
            throw new ResourceException($"linux.resources.{write.Field} is set, but its cgroup tree is not delegated to this user", remedy: "delegate the controller, or leave the limit out");
        }

        Errno errno = directory.TryWrite(write.File, write.Value);
        string file = write.File;
        string value = write.Value;
        if (errno is Errno.ENOENT && write.OtherFile is { } other)
        {
            file = other;
            value = write.OtherValue ?? write.Value;
            errno = directory.TryWrite(file, value);
        }

        if (errno == Errno.None || (errno == Errno.ENOENT && write.MayBeAbsent)) { return; }
        throw Refusal(write.Field, directory.Path, file, value, errno);
    }

    private static ResourceException Refusal(string field, string directory, string file, string value, Errno errno)
    {
        var cause = new LinuxException("write", $"{directory}/{file} = {value}", errno);
        string? remedy = errno switch
        {
            Errno.ENOENT => "this kernel has no such limit, or its controller is not enabled for the cgroup",
            Errno.EINVAL or Errno.ERANGE => "the value is out of the range that the kernel takes for it",
            Errno.EBUSY => "the container uses more than the new limit already",
            Errno.EPERM or Errno.EACCES => "the parent cgroup does not allow it, or the cgroup is not delegated to this user",
            _ => null,
        };
        return new ResourceException($"the kernel refused {file} (linux.resources.{field}): {cause.Message}", remedy, cause);
    }

    // The sum of memory and swap may never be below memory: raise the sum before, lower it after.
    private void RaiseBothFirst(List<CgroupWrite> writes)
    {
        int limit = writes.FindIndex(w => w.File == MemoryValues.LegacyLimit);
        int both = writes.FindIndex(w => w.File == MemoryValues.LegacyBoth);
        if (limit < 0 || both < 0 || directories[writes[limit].Location] is not { } directory) { return; }

        bool unlimited = writes[both].Value.StartsWith('-');
        bool raises = long.TryParse(directory.TryRead(MemoryValues.LegacyBoth), out long now) && long.TryParse(writes[both].Value, out long then) && then > now;
        if (unlimited || raises) { (writes[limit], writes[both]) = (writes[both], writes[limit]); }
    }

    // The kernel refuses a burst above the quota and a quota too small for its period; when the first of two cannot go first, the second can.
    private void ShrinkQuotaFirst(List<CgroupWrite> writes)
    {
        int period = writes.FindIndex(w => w.File == "cpu.cfs_period_us");
        int quota = writes.FindIndex(w => w.File == "cpu.cfs_quota_us");
        if (period < 0 || quota < 0 || directories[writes[period].Location] is not { } directory) { return; }

        if (directory.TryWrite(writes[period].File, writes[period].Value) != Errno.None) { (writes[period], writes[quota]) = (writes[quota], writes[period]); }
    }

    private void RefuseBelowUsage(IReadOnlyList<CgroupWrite> writes, long limit)
    {
        foreach (CgroupWrite write in writes)
        {
            string? usageFile = write.File switch { MemoryValues.LegacyLimit => "memory.usage_in_bytes", "memory.max" => "memory.current", _ => null };
            if (usageFile is null || !long.TryParse(directories[write.Location]?.TryRead(usageFile), out long usage) || usage <= limit) { continue; }
            throw new ResourceException(
                $"linux.resources.memory.limit of {limit} bytes is below the {usage} bytes in use, and checkBeforeUpdate forbids that",
                remedy: "choose a higher limit, or update without the check");
        }
    }
}

using System.Diagnostics;
using Inro.Linux;
using Inro.Linux.Cgroups;

namespace Inro.Runtime.Resources;

/// <summary>Stops and resumes the processes of one cgroup: v1's freezer.state or v2's cgroup.freeze.</summary>
internal sealed class CgroupFreezer(CgroupDirectory directory, bool isUnified)
{
    private const int PauseMilliseconds = 2;

    public bool IsFrozen => isUnified
        ? directory.TryRead("cgroup.events")?.Contains("frozen 1", StringComparison.Ordinal) == true
        : directory.TryRead("freezer.state") is "FROZEN";

    public void Freeze(TimeSpan deadline)
    {
        long end = Stopwatch.GetTimestamp() + (long)(deadline.TotalSeconds * Stopwatch.Frequency);
        while (true)
        {
            // v1 may stay in FREEZING when a process forks meanwhile: writing again makes it look again.
            Write(frozen: true);
            if (IsFrozen) { return; }
            if (Stopwatch.GetTimestamp() > end)
            {
                Write(frozen: false);
                throw new ResourceException($"the processes in {directory.Path} did not all stop within {deadline.TotalSeconds:0.#} s; they run on");
            }

            CgroupEvents.Wait(isUnified ? directory : null, PauseMilliseconds);
        }
    }

    public void Thaw() => Write(frozen: false);

    /// <summary>The same without an error where the cgroup is gone.</summary>
    public void TryThaw() => directory.TryWrite(File, Value(frozen: false));

    public void TryFreeze() => directory.TryWrite(File, Value(frozen: true));

    private string File => isUnified ? "cgroup.freeze" : "freezer.state";

    private string Value(bool frozen) => isUnified ? (frozen ? "1" : "0") : frozen ? "FROZEN" : "THAWED";

    private void Write(bool frozen)
    {
        Errno errno = directory.TryWrite(File, Value(frozen));
        if (errno != Errno.None)
        {
            var cause = new LinuxException("write", $"{directory.Path}/{File} = {Value(frozen)}", errno);
            throw new ResourceException($"the container cannot be {(frozen ? "frozen" : "thawed")}: {cause.Message}", remedy: null, cause);
        }
    }
}

using System.Globalization;
using Inro.Linux;
using Inro.Linux.Cgroups;
using Inro.Linux.Descriptors;
using Inro.Linux.Files;
using Microsoft.Win32.SafeHandles;

namespace Inro.Runtime.Resources;

/// <summary>Tells when a container runs out of memory: v1 by an event counter, v2 by a change of memory.events.</summary>
/// <remarks>See the kernel's cgroup-v1/memory.rst "OOM Control" and cgroup-v2.rst "memory.events". Where neither can be had, the count of kills is looked at.</remarks>
internal sealed class OutOfMemoryWatch : IDisposable
{
    private const string LegacyFile = "memory.oom_control";
    private const string UnifiedFile = "memory.events";
    private const int MaxFileBytes = 4096;
    private const int LookMilliseconds = 200;

    private readonly CgroupDirectory? _directory;
    private readonly SafeFileHandle? _counter;
    private readonly SafeFileHandle? _events;
    private long _kills;

    private OutOfMemoryWatch(CgroupDirectory? directory, SafeFileHandle? counter, SafeFileHandle? events)
    {
        _directory = directory;
        _counter = counter;
        _events = events;
        _kills = Kills();
    }

    /// <summary>What to poll.</summary>
    public PollEntry Entry => new()
    {
        Descriptor = (int?)(_counter ?? _events)?.DangerousGetHandle() ?? -1,
        Wanted = _counter is null ? PollEvents.Priority : PollEvents.Readable,
    };

    /// <summary>How long a wait may be before <see cref="HasHappened"/> is asked; negative: without end.</summary>
    public int LongestWait => _directory is null || _counter is not null || _events is not null ? -1 : LookMilliseconds;

    /// <summary>Begins; a container without a memory controller never runs out of memory.</summary>
    /// <param name="directory">The cgroup that counts memory; owned from now on.</param>
    /// <param name="isUnified">Whether it is v2's.</param>
    public static OutOfMemoryWatch Begin(CgroupDirectory? directory, bool isUnified) => directory is null
        ? new OutOfMemoryWatch(null, null, null)
        : new OutOfMemoryWatch(directory, isUnified ? null : Register(directory), isUnified ? directory.OpenForReading(UnifiedFile) : null);

    /// <summary>Whether it has run out since the last question.</summary>
    public bool HasHappened()
    {
        if (_directory is null) { return false; }

        if (_counter is not null) { return Descriptor.TakeEvents(_counter) > 0 && _directory.TryRead(LegacyFile) is not null; } // the end of the cgroup counts too

        long kills = Kills();
        bool more = kills > _kills;
        _kills = kills;
        return more;
    }

    public void Dispose()
    {
        _counter?.Dispose();
        _events?.Dispose();
        _directory?.Dispose();
    }

    private static SafeFileHandle? Register(CgroupDirectory directory)
    {
        SafeFileHandle counter = Descriptor.EventCounter();
        using SafeFileHandle control = directory.OpenForReading(LegacyFile);
        string registration = string.Create(CultureInfo.InvariantCulture, $"{(int)counter.DangerousGetHandle()} {(int)control.DangerousGetHandle()}");
        if (directory.TryWrite("cgroup.event_control", registration) == Errno.None) { return counter; }

        counter.Dispose();
        return null;
    }

    private long Kills()
    {
        string text = _events is not null ? ReadEvents(_events) : _directory?.TryRead(LegacyFile) ?? "";
        foreach (ReadOnlySpan<char> line in text.AsSpan().EnumerateLines())
        {
            if (line.StartsWith("oom_kill ", StringComparison.Ordinal) && long.TryParse(line["oom_kill ".Length..], out long kills)) { return kills; }
        }

        return _kills;
    }

    // Through the polled descriptor: reading is what makes the next poll wait for the next change.
    private static string ReadEvents(SafeFileHandle events)
    {
        Span<byte> buffer = stackalloc byte[MaxFileBytes];
        try { return System.Text.Encoding.ASCII.GetString(buffer[..FileDescriptor.ReadAt(events, buffer, 0, UnifiedFile)]); }
        catch (LinuxException e) when (e.Errno == Errno.ENODEV) { return ""; } // the cgroup is gone
    }
}

using System.Globalization;
using System.Text;
using Inro.Linux;
using Inro.Linux.Files;
using Inro.Spec.Runtime;
using Microsoft.Win32.SafeHandles;

namespace Inro.Runtime.Resources;

/// <summary>Shares of processor caches and memory bandwidth: <c>linux.intelRdt</c>, by the kernel's resctrl file system.</summary>
/// <remarks>
/// Sources: OCI runtime-spec 1.3, config-linux.md "IntelRdt"; the kernel's documentation of resctrl. A group that the configuration names belongs to
/// somebody else and stays; one that bears the container's id goes with it, and so does a group that only measures.
/// </remarks>
/// <param name="mountPoint">Where resctrl is mounted.</param>
internal sealed class ResourceDirector(string mountPoint)
{
    private const string UsualMountPoint = "/sys/fs/resctrl";
    private const uint Magic = 0x7655821;
    private const int MaxFileBytes = 64 * 1024;
    private const uint DirectoryMode = 0x1ED; // 0755
    private const string MeasuringGroups = "mon_groups";

    /// <summary>This host's.</summary>
    public static ResourceDirector Host { get; } = new(UsualMountPoint);

    /// <exception cref="RuntimeException">A value is none, or this host has no resctrl.</exception>
    public static void Check(IntelRdtConfig? wanted)
    {
        if (wanted is null) { return; }

        CheckName(wanted.ClosId);
        CheckLine("linux.intelRdt.l3CacheSchema", wanted.L3CacheSchema, "L3");
        CheckLine("linux.intelRdt.memBwSchema", wanted.MemBwSchema, "MB:");
        for (int i = 0; i < wanted.Schemata.Count; i++) { CheckLine(string.Create(CultureInfo.InvariantCulture, $"linux.intelRdt.schemata[{i}]"), wanted.Schemata[i], ""); }

        if (!Directory.Exists(UsualMountPoint) || FileSystemType.MagicOf(UsualMountPoint) != Magic)
        {
            throw RuntimeException.Invalid("linux.intelRdt" + FirstMember(wanted), $"this host has no resctrl file system mounted on {UsualMountPoint}",
                "leave it out, or on a processor that can share caches: mount -t resctrl resctrl /sys/fs/resctrl");
        }
    }

    private static string FirstMember(IntelRdtConfig wanted) => wanted switch
    {
        { ClosId.Length: > 0 } => ".closID",
        { Schemata.Count: > 0 } => ".schemata",
        { L3CacheSchema.Length: > 0 } => ".l3CacheSchema",
        { MemBwSchema.Length: > 0 } => ".memBwSchema",
        { EnableMonitoring: true } => ".enableMonitoring",
        _ => "",
    };

    /// <summary>The groups that end with the container, innermost first, below the mount point.</summary>
    public static IReadOnlyList<string> Groups(IntelRdtConfig? wanted, string id)
    {
        if (wanted is null) { return []; }

        List<string> groups = [];
        string group = GroupName(wanted, id);
        if (wanted.EnableMonitoring) { groups.Add(group == "." ? $"{MeasuringGroups}/{id}" : $"{group}/{MeasuringGroups}/{id}"); }

        if (string.IsNullOrEmpty(wanted.ClosId)) { groups.Add(id); }

        return groups;
    }

    /// <summary>Makes what is missing, and puts a process into it.</summary>
    /// <exception cref="RuntimeException">The kernel refuses; the message holds its reason.</exception>
    public void Apply(IntelRdtConfig? wanted, string id, int pid)
    {
        if (wanted is null) { return; }

        using DirFd top = DirFd.Open(mountPoint);
        try { Apply(top, wanted, id, pid); }
        catch (LinuxException e)
        {
            throw new RuntimeException(RuntimeError.Failed, $"linux.intelRdt: {e.Message}{Reason(top)}", null, e);
        }
    }

    /// <summary>Removes groups that <see cref="Groups"/> told of, where they are there.</summary>
    public void Remove(IReadOnlyList<string> groups)
    {
        if (groups.Count == 0) { return; }

        using DirFd top = DirFd.Open(mountPoint);
        foreach (string group in groups)
        {
            Errno errno = top.TryRemove(PathBytes.Encode(group), directory: true);
            if (errno is not (Errno.None or Errno.ENOENT)) { throw new ResourceException($"the resctrl group {group} cannot be removed: {errno}"); }
        }
    }

    private static void Apply(DirFd top, IntelRdtConfig wanted, string id, int pid)
    {
        string name = GroupName(wanted, id);
        List<string> lines = Lines(wanted);
        bool isNew = name != "." && Make(top, name, mayMake: string.IsNullOrEmpty(wanted.ClosId) || lines.Count > 0);
        using DirFd group = top.OpenDirectory(name);
        if (isNew || string.IsNullOrEmpty(wanted.ClosId)) { foreach (string line in lines) { Write(group, "schemata", line + "\n"); } }
        else { Compare(group, lines); }

        string process = pid.ToString(CultureInfo.InvariantCulture);
        Write(group, "tasks", process);
        if (!wanted.EnableMonitoring) { return; }

        using DirFd groups = group.OpenDirectory(MeasuringGroups);
        Make(groups, id, mayMake: true);
        using DirFd measuring = groups.OpenDirectory(id);
        Write(measuring, "tasks", process);
    }

    private static bool Make(DirFd parent, string name, bool mayMake)
    {
        if (!mayMake)
        {
            return parent.TryStatus(name, out _) == Errno.None ? false : throw RuntimeException.Invalid("linux.intelRdt.closID", $"there is no group \"{name}\", and no schema to make it with");
        }

        Errno errno = parent.TryMakeDirectory(PathBytes.Encode(name), DirectoryMode);
        return errno switch
        {
            Errno.None => true,
            Errno.EEXIST => false,
            _ => throw new LinuxException("mkdirat", name, errno),
        };
    }

    // A group of somebody else's must be as the configuration says: it is not changed under its other members.
    private static void Compare(DirFd group, List<string> lines)
    {
        if (lines.Count == 0) { return; }

        string[] there = [.. Read(group, "schemata").Split('\n').Select(Canonical)];
        foreach (string line in lines)
        {
            if (!there.Contains(Canonical(line))) { throw RuntimeException.Invalid("linux.intelRdt.closID", $"the group is there and does not have the schema {line}"); }
        }
    }

    /// <summary>A line of a schema as one of several ways to write it: without blanks and leading zeros.</summary>
    internal static string Canonical(string line)
    {
        string text = line.Trim().ToLowerInvariant().Replace(" ", "", StringComparison.Ordinal);
        int colon = text.IndexOf(':', StringComparison.Ordinal);
        return colon < 0 ? text : text[..(colon + 1)] + string.Join(';', text[(colon + 1)..].Split(';').Select(static d =>
        {
            string[] parts = d.Split('=');
            return string.Join('=', parts.Select(static p => p.TrimStart('0') is { Length: > 0 } rest ? rest : "0"));
        }).Order(StringComparer.Ordinal));
    }

    private static List<string> Lines(IntelRdtConfig wanted)
    {
        List<string> lines = [];
        foreach (string? text in (ReadOnlySpan<string?>)[wanted.L3CacheSchema, wanted.MemBwSchema, .. wanted.Schemata])
        {
            lines.AddRange((text ?? "").Split('\n', StringSplitOptions.RemoveEmptyEntries));
        }

        return lines;
    }

    private static string GroupName(IntelRdtConfig wanted, string id) => wanted.ClosId switch { null or "" => id, "/" => ".", var given => given };

    private static void CheckName(string? name)
    {
        if (string.IsNullOrEmpty(name) || name == "/") { return; }

        if (name is "." or ".." || name.AsSpan().IndexOfAny("/\n\0") >= 0) { throw RuntimeException.Invalid("linux.intelRdt.closID", $"\"{name}\" cannot be the name of a group"); }
    }

    private static void CheckLine(string field, string? line, string start)
    {
        if (line is null) { return; }

        if (line.Contains('\0', StringComparison.Ordinal) || !line.StartsWith(start, StringComparison.Ordinal))
        {
            throw RuntimeException.Invalid(field, $"\"{line}\" is no line of a schema{(start.Length > 0 ? " that begins with " + start : "")}");
        }
    }

    private static void Write(DirFd directory, string name, string text)
    {
        using SafeFileHandle file = directory.OpenInside(name, OpenFlags.Write, resolve: ResolveFlags.NoSymlinks);
        FileDescriptor.WriteAll(file, Encoding.UTF8.GetBytes(text), $"{name}: {text.TrimEnd()}");
    }

    private static string Read(DirFd directory, string name)
    {
        using SafeFileHandle file = directory.OpenInside(name, OpenFlags.Read, resolve: ResolveFlags.NoSymlinks);
        return Encoding.UTF8.GetString(FileDescriptor.ReadToEnd(file, MaxFileBytes, name));
    }

    private static string Reason(DirFd top)
    {
        try
        {
            string said = Read(top, "info/last_cmd_status").Trim();
            return said is "" or "ok" ? "" : $" ({said})";
        }
        catch (LinuxException) { return ""; } // a kernel that says nothing
    }
}

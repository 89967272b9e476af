using System.Globalization;
using System.Text;
using Inro.Linux;
using Inro.Linux.Processes;
using Inro.Spec.Runtime;

namespace Inro.Runtime.IdMaps;

/// <summary>The ids of a user namespace as this process sees them.</summary>
internal sealed class IdRanges
{
    /// <summary>Longest map file: 340 lines of three numbers.</summary>
    private const int MaxMapBytes = 16 * 1024;

    private readonly IReadOnlyList<IdMapping> mappings;

    private IdRanges(IReadOnlyList<IdMapping> mappings) => this.mappings = mappings;

    /// <summary>Every id is itself: no user namespace lies between.</summary>
    public static IdRanges All { get; } = new([new IdMapping(0, 0, uint.MaxValue)]);

    /// <summary>Reads the map of a process in another user namespace than this one.</summary>
    /// <param name="pid">A process of ours that waits.</param>
    /// <param name="file">uid_map or gid_map.</param>
    public static IdRanges Read(int pid, string file)
    {
        string path = string.Create(CultureInfo.InvariantCulture, $"/proc/{pid}/{file}");
        byte[] text = new byte[MaxMapBytes];
        int length = ProcFile.Read(path, text);
        return length >= 0 ? Parse(Encoding.ASCII.GetString(text, 0, length)) : throw new LinuxException("read", path, Errno.ENOENT);
    }

    /// <summary>Reads a map's lines: first id inside, first id outside, how many.</summary>
    public static IdRanges Parse(string text) => new(IdMapping.ReadMap(text));

    /// <summary>Whether an id of this process's means somebody inside.</summary>
    public bool Has(uint outside)
    {
        foreach (IdMapping mapping in mappings)
        {
            if (outside >= mapping.HostId && outside - mapping.HostId < mapping.Size) { return true; }
        }

        return false;
    }

    /// <summary>What this process calls the namespace's id 0; null where it has none.</summary>
    public uint? Root()
    {
        foreach (IdMapping mapping in mappings)
        {
            if (mapping is { ContainerId: 0, Size: > 0 }) { return mapping.HostId; }
        }

        return null;
    }
}

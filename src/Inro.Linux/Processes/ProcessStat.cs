using System.Buffers.Text;
using System.Globalization;
using System.Text;

namespace Inro.Linux.Processes;

/// <summary>What /proc/PID/stat tells of a process. See proc(5).</summary>
/// <param name="Name">Name of the program, at most 15 bytes; the process can change it.</param>
/// <param name="State">One letter; Z for a zombie.</param>
/// <param name="Parent">Pid of the parent; 0 if that is outside this pid namespace.</param>
/// <param name="Flags">PF_… flags of the kernel.</param>
/// <param name="StartTime">Clock ticks after boot; with pid and boot id it names a process for ever.</param>
public readonly record struct ProcessStat(string Name, char State, int Parent, uint Flags, ulong StartTime)
{
    /// <summary>True as long as the process has not called exec since it was cloned (PF_FORKNOEXEC). Outlives the process as a zombie.</summary>
    public bool HasNotExecuted => (Flags & 0x40) != 0;

    /// <summary>Reads the process that has <paramref name="pid"/> now.</summary>
    /// <returns>Null if there is none, or if a hidepid mount hides it.</returns>
    public static ProcessStat? Read(int pid)
    {
        Span<byte> bytes = stackalloc byte[MaxStatBytes];
        int length = ProcFile.Read(string.Create(CultureInfo.InvariantCulture, $"/proc/{pid}/stat"), bytes);
        return length < 0 ? null : Parse(bytes[..length]);
    }

    /// <summary>Takes one line apart. The name may hold anything, a closing bracket too: the last one counts.</summary>
    /// <returns>Null if the line is not in the kernel's form.</returns>
    public static ProcessStat? Parse(ReadOnlySpan<byte> line)
    {
        int open = line.IndexOf((byte)'(');
        int close = line.LastIndexOf((byte)')');
        if (open < 0 || close < open || close + 2 >= line.Length) { return null; }
        ReadOnlySpan<byte> rest = line[(close + 2)..];
        return Utf8Parser.TryParse(Field(rest, 1), out int parent, out _)
            && Utf8Parser.TryParse(Field(rest, 6), out uint flags, out _)
            && Utf8Parser.TryParse(Field(rest, 19), out ulong start, out _)
            ? new ProcessStat(Encoding.UTF8.GetString(line[(open + 1)..close]), (char)rest[0], parent, flags, start)
            : null;
    }

    private const int MaxStatBytes = 1024;

    private static ReadOnlySpan<byte> Field(ReadOnlySpan<byte> fields, int number)
    {
        for (int i = 0; i < number; i++)
        {
            int space = fields.IndexOf((byte)' ');
            if (space < 0) { return default; }
            fields = fields[(space + 1)..];
        }

        int end = fields.IndexOf((byte)' ');
        return end < 0 ? fields : fields[..end];
    }
}

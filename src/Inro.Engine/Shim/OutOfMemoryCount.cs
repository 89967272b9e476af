using System.Globalization;

namespace Inro.Engine.Shim;

/// <summary>Finds how often the kernel killed for want of memory: <c>oom_kill N</c> in memory.events (v2) and memory.oom_control (v1).</summary>
internal static class OutOfMemoryCount
{
    private const string Name = "oom_kill ";

    /// <summary>The count; 0 where the text is null or has none.</summary>
    public static long In(string? text)
    {
        foreach (ReadOnlySpan<char> line in text.AsSpan().EnumerateLines())
        {
            if (line.StartsWith(Name) && long.TryParse(line[Name.Length..], NumberStyles.None, CultureInfo.InvariantCulture, out long count)) { return count; }
        }

        return 0;
    }
}

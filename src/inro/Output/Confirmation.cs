using Inro.Linux.Files;
using Microsoft.Win32.SafeHandles;

namespace Inro.Cli.Output;

/// <summary>Asks before something is removed.</summary>
internal static class Confirmation
{
    private const int MaxAnswerBytes = 64;

    /// <summary>Shows a warning and reads one line; only <c>y</c> and <c>yes</c> mean yes.</summary>
    public static bool Asked(string warning)
    {
        Screen.Write($"{warning}\nAre you sure you want to continue? [y/N] ");
        using SafeFileHandle input = new(0, ownsHandle: false);
        Span<byte> answer = stackalloc byte[MaxAnswerBytes];
        int length = 0;
        while (length < answer.Length && FileDescriptor.Read(input, answer.Slice(length, 1), "standard input") > 0 && answer[length] != (byte)'\n') { length++; }

        ReadOnlySpan<byte> said = answer[..length].Trim((byte)' ').TrimEnd((byte)'\r');
        return said is [(byte)'y' or (byte)'Y'] || System.Text.Ascii.EqualsIgnoreCase(said, "yes");
    }
}

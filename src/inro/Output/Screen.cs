using System.Buffers;
using System.Text;
using Inro.Linux.Descriptors;

namespace Inro.Cli.Output;

/// <summary>Writes text to the program's standard streams, unbuffered and without the terminal's set-up that Console would do.</summary>
internal static class Screen
{
    /// <summary>Standard output; the text as it is.</summary>
    public static void Write(string text) => Write(StandardStreams.Output, text);

    /// <summary>Standard output; a line.</summary>
    public static void WriteLine(string line) => Write(StandardStreams.Output, line + "\n");

    /// <summary>Standard error; a line.</summary>
    public static void WriteError(string line) => Write(StandardStreams.Error, line + "\n");

    /// <summary>Standard error; the text as it is.</summary>
    public static void WriteErrorText(string text) => Write(StandardStreams.Error, text);

    private static void Write(int descriptor, string text)
    {
        byte[] bytes = ArrayPool<byte>.Shared.Rent(Encoding.UTF8.GetMaxByteCount(text.Length));
        int length = Encoding.UTF8.GetBytes(text, bytes);
        StandardStreams.Write(descriptor, bytes.AsSpan(0, length));
        ArrayPool<byte>.Shared.Return(bytes);
    }
}

using System.Globalization;
using System.Text.Json;
using Inro.Linux;
using Inro.Linux.Files;
using Inro.Runtime.Launch;
using Inro.Spec.Runtime;
using Microsoft.Win32.SafeHandles;

namespace Inro.Runtime.Checkpoint;

/// <summary>What a container's first process has as standard input, output and error: kept beside the images, for a restore puts the caller's in their place.</summary>
/// <remarks>The file is an array of three texts, as runc writes it: <c>pipe:[inode]</c>, a file as <c>file[mount:inode]</c> in criu's words, or nothing that criu could be told of.</remarks>
internal static class StandardDescriptors
{
    /// <summary>Name of the file.</summary>
    public const string FileName = "descriptors.json";

    private const int Count = 3;
    private const int MaxDocumentBytes = 64 * 1024;
    private const int MaxNameBytes = 4096;
    private const int MaxNumberLength = 20;
    private const uint MemoryDevices = 1;

    /// <summary>What a process gets: all of it is outside, for the container's own files are not there yet. It may put others in their place later, and those back.</summary>
    public static string[] Of(LaunchStdio stdio) => [Of(0, stdio.Input), Of(1, stdio.Output), Of(2, stdio.Error)];

    /// <summary>Whether a name stands for something outside that the restored process gets from its caller.</summary>
    public static bool IsInherited(string name) => IsFile(name) || Between(name, "pipe:[") is { Length: > 0 and <= MaxNumberLength } inode && !inode.ContainsAnyExceptInRange('0', '9');

    /// <summary>Whether a name stands for a file outside: criu has to be told of it.</summary>
    public static bool IsFile(string name) => Between(name, "file[") is { Length: > 0 and <= 2 * MaxNumberLength } numbers && IsHexadecimal(numbers);

    /// <summary>Writes the file.</summary>
    public static void Write(DirFd images, IReadOnlyList<string> names)
    {
        using var document = new MemoryStream();
        using (var json = new Utf8JsonWriter(document))
        {
            json.WriteStartArray();
            foreach (string name in names) { json.WriteStringValue(name); }

            json.WriteEndArray();
        }

        AtomicFile.Write(images, FileName, document.GetBuffer().AsSpan(0, (int)document.Length), durable: false);
    }

    /// <summary>Reads the file, which may come from anywhere.</summary>
    /// <exception cref="RuntimeException">It is missing, or is not such a file.</exception>
    public static string[] Read(DirFd images)
    {
        try
        {
            using SafeFileHandle file = images.OpenInside(FileName, OpenFlags.Read | OpenFlags.NoFollow | OpenFlags.NonBlocking, resolve: ResolveFlags.NoSymlinks);
            if (FileDescriptor.Status(file, FileName).Kind != FileKind.Regular) { throw new InvalidDataException("is not a regular file"); }

            return Parse(FileDescriptor.ReadToEnd(file, MaxDocumentBytes, FileName));
        }
        catch (Exception e) when (e is LinuxException or InvalidDataException or FormatException)
        {
            throw new RuntimeException(RuntimeError.Failed, $"the directory of images has no {FileName} that can be read: {e.Message}", "name the directory that a checkpoint wrote with --image-path", e);
        }
    }

    /// <exception cref="FormatException">It is not an array of at most three texts.</exception>
    public static string[] Parse(ReadOnlySpan<byte> document)
    {
        var json = new ConfigCursor(document);
        string[] names = json.Strings();
        return names.Length <= Count && !names.Any(static n => n.Length > MaxNameBytes) ? names : throw new FormatException("it has more than three names, or one that is too long");
    }

    private static string Of(int number, SafeFileHandle? given)
    {
        using SafeFileHandle own = new(number, ownsHandle: false);
        FileStatus status;
        try { status = FileDescriptor.Status(given ?? own, "standard descriptor"); }
        catch (LinuxException) { return ""; } // closed

        bool isFile = status.Kind is FileKind.Regular or FileKind.Fifo or FileKind.Directory || status.Kind == FileKind.CharacterDevice && status.Node.Major == MemoryDevices;
        if (status.Kind == FileKind.Fifo && !HasPath(given ?? own)) { return string.Create(CultureInfo.InvariantCulture, $"pipe:[{status.Inode}]"); }

        return isFile && status.Mount != 0 ? string.Create(CultureInfo.InvariantCulture, $"file[{status.Mount:x}:{status.Inode:x}]") : "";
    }

    private static bool HasPath(SafeFileHandle file)
    {
        using DirFd descriptors = DirFd.Open("/proc/self/fd");
        return descriptors.ReadLink(PathBytes.Encode(((int)file.DangerousGetHandle()).ToString(CultureInfo.InvariantCulture)))[0] == '/';
    }

    private static bool IsHexadecimal(ReadOnlySpan<char> numbers)
    {
        foreach (char c in numbers)
        {
            if (!char.IsAsciiHexDigitLower(c) && c != ':') { return false; }
        }

        return true;
    }

    private static ReadOnlySpan<char> Between(string name, string prefix) =>
        name.StartsWith(prefix, StringComparison.Ordinal) && name.EndsWith(']') ? name.AsSpan(prefix.Length, name.Length - prefix.Length - 1) : default;
}

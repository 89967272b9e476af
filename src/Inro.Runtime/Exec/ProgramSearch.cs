using System.Buffers.Binary;
using Inro.Linux;
using Inro.Linux.Files;

namespace Inro.Runtime.Exec;

/// <summary>Where a program may lie, and what is said when none of the places will do.</summary>
internal sealed class ProgramSearch
{
    /// <summary>Bytes of the program's head that are looked at: an ELF program's interpreter is named within.</summary>
    public const int HeadBytes = 2048;

    /// <summary>Where the head starts in a report; before it stand whether the program was found, and the head's length.</summary>
    public const int HeadOffset = 16;

    /// <summary>Bytes of a report.</summary>
    public const int ReportBytes = HeadOffset + HeadBytes;

    /// <summary>In a report: nothing was noted.</summary>
    public const ulong NotSet = ulong.MaxValue;

    /// <summary>Directories in a PATH that are looked into; more make no sense and cost every start.</summary>
    private const int MaxDirectories = 64;

    private readonly string name;
    private readonly bool isPath;

    private ProgramSearch(string name, bool isPath, IReadOnlyList<string> candidates)
    {
        this.name = name;
        this.isPath = isPath;
        Candidates = candidates;
    }

    /// <summary>Paths inside the container, in the order in which they are tried. Never empty.</summary>
    public IReadOnlyList<string> Candidates { get; }

    /// <exception cref="RuntimeException">There is no program to look for.</exception>
    public static ProgramSearch For(IReadOnlyList<string> arguments, IReadOnlyList<string> environment, string cwd)
    {
        if (arguments.Count == 0 || arguments[0].Length == 0)
        {
            throw RuntimeException.Invalid("process.args", "must name a program", "give a command");
        }

        string asked = arguments[0];
        if (asked.Contains('/', StringComparison.Ordinal)) { return new ProgramSearch(asked, true, [asked.StartsWith('/') ? asked : Join(cwd, asked)]); }

        string path = environment.LastOrDefault(static v => v.StartsWith("PATH=", StringComparison.Ordinal))?[5..]
            ?? "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
        string[] candidates = [.. path.Split(':').Take(MaxDirectories).Select(d => Join(d.Length == 0 ? cwd : d.StartsWith('/') ? d : Join(cwd, d), asked)).Distinct(StringComparer.Ordinal)];
        return new ProgramSearch(asked, false, candidates);
    }

    /// <summary>Judges a report of <c>ProgramCheckStep</c>.</summary>
    /// <param name="root">The container's root, for a closer look when something is wrong.</param>
    /// <exception cref="RuntimeException">The program does not exist, cannot be executed, or its interpreter does not exist.</exception>
    public void Judge(ReadOnlySpan<byte> report, DirFd root)
    {
        bool found = BinaryPrimitives.ReadUInt64LittleEndian(report) != NotSet;
        ulong length = BinaryPrimitives.ReadUInt64LittleEndian(report[8..]);
        if (!found || length == NotSet) { Explain(root, found); }

        if (length is NotSet or > HeadBytes || (Candidates.Count > 1 && !HeadIsOfTheProgram(root))) { return; }

        if (Interpreter.Find(report.Slice(HeadOffset, (int)length)) is not { } interpreter || interpreter.Length == 0) { return; }

        if (Kind(root, interpreter) is null)
        {
            throw new RuntimeException(RuntimeError.ProgramNotFound, $"exec {name}: its interpreter {interpreter} does not exist in the container",
                $"add {interpreter} to the image, or build the program without it");
        }
    }

    // The head is that of the first file that could be read; the program is the first that can be executed.
    private bool HeadIsOfTheProgram(DirFd root)
    {
        foreach (string candidate in Candidates)
        {
            if (Kind(root, candidate) is { } status) { return (status.Permissions & 0x49) != 0 && (status.Permissions & 0x124) != 0; }
        }

        return false;
    }

    private void Explain(DirFd root, bool found)
    {
        foreach (string candidate in Candidates)
        {
            if (Kind(root, candidate) is not { } status) { continue; }

            if (status.Kind == FileKind.Directory && (isPath || !found))
            {
                throw new RuntimeException(RuntimeError.ProgramNotExecutable, $"exec {candidate}: is a directory");
            }

            if (found) { return; } // may be executed but not read

            throw new RuntimeException(RuntimeError.ProgramNotExecutable, $"exec {candidate}: permission denied", $"chmod +x {candidate} in the image, or run as another user");
        }

        throw isPath
            ? new RuntimeException(RuntimeError.ProgramNotFound, $"exec {name}: no such file or directory")
            : new RuntimeException(RuntimeError.ProgramNotFound, $"exec \"{name}\": executable file not found in $PATH");
    }

    private static FileStatus? Kind(DirFd root, string path)
    {
        try
        {
            using var file = root.OpenInside(path, OpenFlags.PathOnly);
            return FileDescriptor.Status(file, path);
        }
        catch (LinuxException e) when (e.Errno is Errno.ENOENT or Errno.ENOTDIR or Errno.ELOOP)
        {
            return null;
        }
    }

    private static string Join(string directory, string name) => directory.EndsWith('/') ? directory + name : $"{directory}/{name}";
}

using Inro.Linux.Files;
using Inro.Linux.Processes;

namespace Inro.Engine;

/// <summary>Makes the directories of an instance where they are missing, and refuses those that it must not use.</summary>
public static class InstanceDirectories
{
    /// <summary>The layout that this program writes. A program that knows only smaller numbers refuses the directory.</summary>
    public const int Version = 1;

    private const int MaxVersionBytes = 32;
    private const ushort TypeBits = 0xF000;
    private const ushort DirectoryType = 0x4000;

    /// <summary>Brings both directories into being. A second call costs one read and two looks.</summary>
    /// <exception cref="EngineException">PreconditionFailed: a network file system, a newer layout, a directory of someone else. ResourceExhausted: the disk is full.</exception>
    public static void Prepare(InstancePaths paths)
    {
        try { Make(paths); }
        catch (IOException full) when (FullDisk.Is(full)) { throw FullDisk.At(paths.Root, full); }
    }

    private static void Make(InstancePaths paths)
    {
        int? found = ReadVersion(paths);
        if (found is null) { MakeRoot(paths); }
        else if (found != Version) { throw Newer(paths, found.Value); }

        PrepareRun(paths);
    }

    /// <summary>The layout number in VERSION, or null where there is none yet.</summary>
    public static int? ReadVersion(InstancePaths paths)
    {
        Span<byte> text = stackalloc byte[MaxVersionBytes];
        int length;
        try
        {
            using Microsoft.Win32.SafeHandles.SafeFileHandle file = File.OpenHandle(paths.VersionFile);
            length = RandomAccess.Read(file, text, 0);
        }
        catch (Exception missing) when (missing is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
        catch (UnauthorizedAccessException refused)
        {
            throw NotOurs(paths.Root, refused);
        }

        return int.TryParse(text[..length].TrimEnd((byte)'\n'), out int version) && version > 0
            ? version
            : throw new EngineException(ErrorCode.DataLoss, $"{paths.VersionFile} does not hold a number", $"if the directory is of this version, write {Version} into it");
    }

    private static void MakeRoot(InstancePaths paths)
    {
        try
        {
            Directory.CreateDirectory(paths.Root, UnixMode.Passable);
            NetworkFileSystem.Refuse(paths.Root);
            foreach (string part in (ReadOnlySpan<string>)[paths.Blobs, paths.Snapshots, paths.Volumes, paths.Containers])
            {
                Directory.CreateDirectory(part, UnixMode.Passable);
            }
        }
        catch (UnauthorizedAccessException refused)
        {
            throw NotOurs(paths.Root, refused);
        }

        WriteVersion(paths);
    }

    /// <summary>Last, by rename: where VERSION is, everything else is, too.</summary>
    private static void WriteVersion(InstancePaths paths)
    {
        string temporary = $"{paths.VersionFile}.{Environment.ProcessId}";
        try
        {
            File.WriteAllText(temporary, $"{Version}\n");
            File.Move(temporary, paths.VersionFile, overwrite: true);
        }
        catch (IOException)
        {
            File.Delete(temporary);
            throw;
        }
    }

    private static void PrepareRun(InstancePaths paths)
    {
        if (Directory.Exists(paths.Locks))
        {
            if (!paths.IsRootful) { RequireOwn(paths.Run); }

            return;
        }

        try
        {
            Directory.CreateDirectory(paths.Run, UnixMode.OwnerOnly);
            RequireOwn(paths.Run);
            Directory.CreateDirectory(paths.Run + "/containers", UnixMode.OwnerOnly);
            Directory.CreateDirectory(paths.Locks, UnixMode.OwnerOnly); // last: its presence says that the others are there
        }
        catch (UnauthorizedAccessException refused)
        {
            throw NotOurs(paths.Run, refused);
        }
    }

    /// <summary>In /tmp anyone may have made the directory first, with any mode.</summary>
    private static void RequireOwn(string directory)
    {
        (uint user, ushort mode) = FileOwner.Of(directory);
        if (user == EffectiveIds.User && (mode & TypeBits) == DirectoryType && (mode & 0x12) == 0) { return; } // no write for others

        throw new EngineException(
            ErrorCode.PreconditionFailed,
            $"{directory} belongs to user {user} with mode {Convert.ToString(mode & 0xFFF, 8)}, so its content cannot be trusted",
            "remove it, or set XDG_RUNTIME_DIR to a directory of your own");
    }

    private static EngineException Newer(InstancePaths paths, int found) => new(
        ErrorCode.PreconditionFailed,
        $"{paths.Root} was written by a newer program (layout {found}, this one knows {Version})",
        "use the newer program, or another directory with --root");

    private static EngineException NotOurs(string directory, Exception cause) => new(
        ErrorCode.PermissionDenied,
        $"{directory} is not accessible to user {EffectiveIds.User}",
        "run as the user who owns it, or give a directory of your own with --root",
        cause);
}

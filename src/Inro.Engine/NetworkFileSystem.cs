using Inro.Linux.Files;

namespace Inro.Engine;

/// <summary>File systems on which neither SQLite's locks nor overlayfs can be relied upon.</summary>
internal static class NetworkFileSystem
{
    /// <summary>Magic numbers of linux/magic.h and of the file systems themselves.</summary>
    private static string? NameOf(uint magic) => magic switch
    {
        0x6969 => "nfs",
        0x517B => "smb",
        0xFF534D42 => "cifs",
        0xFE534D42 => "smb2",
        0x01021997 => "9p",
        0x00C36400 => "ceph",
        0x5346414F or 0x6B414653 => "afs",
        0x73757245 => "coda",
        0x564C => "ncp",
        0x47504653 => "gpfs",
        0x0BD00BD0 => "lustre",
        0x7461636F => "ocfs2",
        0x19830326 => "fhgfs",
        0x01161970 => "gfs2",
        _ => null,
    };

    /// <summary>Throws where <paramref name="directory"/> is on a network file system.</summary>
    public static void Refuse(string directory) => Refuse(directory, FileSystemType.MagicOf(directory));

    /// <summary>The same with the number given.</summary>
    internal static void Refuse(string directory, uint magic)
    {
        if (NameOf(magic) is not { } name) { return; }

        throw new EngineException(
            ErrorCode.PreconditionFailed,
            $"{directory} is on a network file system ({name}), where neither the database's locks nor overlay mounts can be relied upon",
            "name a directory on a local disk with --root");
    }
}

using SQLitePCL;

namespace Inro.Engine.Metadata;

/// <summary>What SQLite's result codes mean to a person.</summary>
internal static class MetadataFailure
{
    private const int PrimaryCode = 0xFF;

    public static EngineException From(int result, string path, string doing, string said) => (result & PrimaryCode) switch
    {
        raw.SQLITE_BUSY or raw.SQLITE_LOCKED => new EngineException(
            ErrorCode.Unavailable,
            $"{path}: another process has kept the database for too long ({said})",
            "look for an inro process that is stopped or traced, then try again"),
        raw.SQLITE_FULL => new EngineException(ErrorCode.ResourceExhausted, $"{path}: no space left on the disk [ENOSPC]", "free some space, then try again; nothing was changed"),
        raw.SQLITE_CORRUPT or raw.SQLITE_NOTADB => new EngineException(
            ErrorCode.DataLoss,
            $"{path}: the database is damaged ({said})",
            $"inro system check --repair puts it aside and makes it anew out of the images that are there; or put {path}, {path}-wal and {path}-shm back from a backup"),
        raw.SQLITE_PERM or raw.SQLITE_READONLY or raw.SQLITE_CANTOPEN => new EngineException(
            ErrorCode.PermissionDenied,
            $"{path}: cannot be opened for writing ({said})",
            "run as the user who owns it"),
        _ => new EngineException(ErrorCode.Internal, $"{path}: {said} (sqlite {result}, {doing})"),
    };
}

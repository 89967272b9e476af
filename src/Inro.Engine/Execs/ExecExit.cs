using System.Globalization;
using Inro.Linux;
using Inro.Linux.Files;

namespace Inro.Engine.Execs;

/// <summary>How an exec ended, as a file in its session: the shim writes it, whoever is asked for the session reads it.</summary>
internal static class ExecExit
{
    private const string FileName = "exit";
    private const string Unknown = "unknown";
    private const int MaxBytes = 16;

    /// <summary>Whether an exec has a session.</summary>
    public static bool HasSession(string sessions, string id) => id.Length > 0 && Directory.Exists(sessions + "/" + id);

    /// <summary>Writes it where the exec has a session; nothing otherwise, and nothing on a full disk.</summary>
    /// <param name="sessions">The container's directory of sessions.</param>
    /// <param name="id">The exec.</param>
    /// <param name="code">Its exit code; null: nobody saw it.</param>
    public static void TryWrite(string sessions, string id, int? code)
    {
        if (!HasSession(sessions, id)) { return; }

        try
        {
            using DirFd session = DirFd.Open(sessions + "/" + id);
            AtomicFile.Write(session, FileName, System.Text.Encoding.ASCII.GetBytes(code?.ToString(CultureInfo.InvariantCulture) ?? Unknown), durable: false);
        }
        catch (LinuxException) { return; } // the container is just being removed, or the disk is full: the session shows no end
    }

    /// <summary>Reads it; false: it has not ended.</summary>
    public static bool TryRead(string session, out int? code)
    {
        code = null;
        try
        {
            if (new FileInfo(session + "/" + FileName) is not { Exists: true, Length: <= MaxBytes } file) { return false; }

            if (int.TryParse(File.ReadAllText(file.FullName), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int number)) { code = number; }

            return true;
        }
        catch (IOException) { return false; } // removed meanwhile
    }

    /// <summary>When it was written; null: it has not ended.</summary>
    public static DateTime? TimeOf(string session) =>
        new FileInfo(session + "/" + FileName) is { Exists: true } file ? file.LastWriteTimeUtc : null;
}

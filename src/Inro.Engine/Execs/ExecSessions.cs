using System.Globalization;
using System.Text.Json;
using Inro.Linux;
using Inro.Linux.Descriptors;
using Inro.Linux.Files;
using Inro.Linux.Processes;
using Microsoft.Win32.SafeHandles;

namespace Inro.Engine.Execs;

/// <summary>Exec sessions of an instance: a directory each, so that a server that is killed between two requests loses none.</summary>
/// <remarks>
/// <c>execs/CONTAINER/EXEC/</c> holds <c>session.json</c> (what was asked), <c>started</c> (made by the one request that starts it; then its pid)
/// and <c>exit</c> (written by the shim). They go with the container, or when an exec is made some minutes after their end.
/// </remarks>
public sealed class ExecSessions(InstancePaths paths)
{
    /// <summary>More that have not ended are refused for one container; of those that have, the last so many are known.</summary>
    public const int MaxSessions = 1000;

    /// <summary>How long the end of an exec is kept at least, unless a thousand ended after it: docker's time. It goes when the next exec is made.</summary>
    public static readonly TimeSpan Kept = TimeSpan.FromMinutes(5);

    private const string SessionName = "session.json";
    private const string StartedName = "started";
    private const int IdBytes = 32;
    private const int IdChars = IdBytes * 2;
    private const uint Mode = 0x180; // 0600

    /// <summary>Where a container's sessions are.</summary>
    public static string DirectoryOf(InstancePaths paths, string containerId) => paths.Execs + "/" + containerId;

    /// <summary>Writes a new session.</summary>
    /// <param name="session">What is asked; its id is given here.</param>
    /// <exception cref="EngineException">ResourceExhausted: the container has too many.</exception>
    public ExecSession Create(ExecSession session)
    {
        string all = DirectoryOf(paths, session.ContainerId);
        Directory.CreateDirectory(all, UnixMode.OwnerOnly);
        if (Forget(all) >= MaxSessions)
        {
            throw new EngineException(ErrorCode.ResourceExhausted, $"container {session.ContainerId[..12]} has {MaxSessions} execs that were made and have not ended", "start or end some of them");
        }

        ExecSession made = session with { Id = KernelRandom.Hex(IdBytes) };
        string place = all + "/" + made.Id;
        Directory.CreateDirectory(place, UnixMode.OwnerOnly);
        using DirFd directory = DirFd.Open(place);
        AtomicFile.Write(directory, SessionName, ExecSessionFile.Encode(made), durable: false);
        return made;
    }

    /// <summary>The session with that id.</summary>
    /// <exception cref="EngineException">NotFound.</exception>
    public ExecState Find(string id) => (IsId(id) ? FindPlace(id) : null) is { } place && TryRead(place) is { } found ? found : throw NoSuchExec(id);

    /// <summary>Claims the start of a session for the caller alone.</summary>
    /// <exception cref="EngineException">Conflict: it was started before.</exception>
    public void Claim(ExecSession session)
    {
        try
        {
            using SafeFileHandle made = Descriptor.Open(PlaceOf(session) + "/" + StartedName, OpenFlags.Write | OpenFlags.Create | OpenFlags.Exclusive | OpenFlags.NoFollow, Mode);
        }
        catch (LinuxException failure) when (failure.Errno == Errno.EEXIST)
        {
            throw new EngineException(ErrorCode.Conflict, $"Error: Exec command {session.Id} has already run", "make another exec");
        }
        catch (LinuxException failure) when (failure.Errno == Errno.ENOENT) { throw NoSuchExec(session.Id); }
    }

    /// <summary>Notes the pid of a session that was started.</summary>
    public void NoteStart(ExecSession session, int pid)
    {
        try
        {
            using DirFd directory = DirFd.Open(PlaceOf(session));
            AtomicFile.Write(directory, StartedName, System.Text.Encoding.ASCII.GetBytes(pid.ToString(CultureInfo.InvariantCulture)), durable: false);
        }
        catch (LinuxException gone) when (gone.Errno == Errno.ENOENT) { return; } // the container was removed meanwhile
    }

    /// <summary>Notes that a session could not be started.</summary>
    public void NoteFailure(ExecSession session, int exitCode) => ExecExit.TryWrite(DirectoryOf(paths, session.ContainerId), session.Id, exitCode);

    /// <summary>Ids of a container's sessions that have not ended.</summary>
    public IReadOnlyList<string> ListOpen(string containerId)
    {
        string all = DirectoryOf(paths, containerId);
        if (!Directory.Exists(all)) { return []; }

        return [.. Directory.EnumerateDirectories(all).Where(static place => ExecExit.TimeOf(place) is null).Select(static place => Path.GetFileName(place))];
    }

    private string PlaceOf(ExecSession session) => DirectoryOf(paths, session.ContainerId) + "/" + session.Id;

    private string? FindPlace(string id)
    {
        if (!Directory.Exists(paths.Execs)) { return null; }

        foreach (string container in Directory.EnumerateDirectories(paths.Execs))
        {
            if (Directory.Exists(container + "/" + id)) { return container + "/" + id; }
        }

        return null;
    }

    private static ExecState? TryRead(string place)
    {
        try
        {
            using SafeFileHandle file = Descriptor.Open(place + "/" + SessionName, OpenFlags.Read | OpenFlags.NoFollow);
            ExecSession session = ExecSessionFile.Decode(FileDescriptor.ReadToEnd(file, ExecSessionFile.MaxBytes, SessionName));
            bool hasEnded = ExecExit.TryRead(place, out int? code);
            bool isStarted = File.Exists(place + "/" + StartedName);
            return new ExecState(session, isStarted, hasEnded, code, isStarted ? PidIn(place) : 0);
        }
        catch (Exception gone) when (gone is IOException or JsonException or InvalidOperationException or InvalidDataException) { return null; }
    }

    private static int PidIn(string place) =>
        int.TryParse(File.ReadAllText(place + "/" + StartedName), NumberStyles.None, CultureInfo.InvariantCulture, out int pid) ? pid : 0;

    /// <summary>Removes what ended long ago, or before many others; returns how many have not ended.</summary>
    private static int Forget(string all)
    {
        DateTime limit = TimeProvider.System.GetUtcNow().UtcDateTime - Kept;
        int open = 0;
        List<(DateTime At, string Name)> ended = [];
        using DirFd directory = DirFd.Open(all);
        foreach (string place in Directory.EnumerateDirectories(all))
        {
            if (ExecExit.TimeOf(place) is { } at) { ended.Add((at, Path.GetFileName(place))); }
            else { open++; }
        }

        ended.Sort();
        int tooMany = ended.Count - MaxSessions;
        for (int i = 0; i < ended.Count && (i < tooMany || ended[i].At < limit); i++) { directory.RemoveTree(ended[i].Name); }

        return open;
    }

    private static bool IsId(string text) => text.Length == IdChars && !text.AsSpan().ContainsAnyExcept(HexDigits);

    private static readonly System.Buffers.SearchValues<char> HexDigits = System.Buffers.SearchValues.Create("0123456789abcdef");

    private static EngineException NoSuchExec(string id) => new(ErrorCode.NotFound, $"No such exec instance: {id}");
}

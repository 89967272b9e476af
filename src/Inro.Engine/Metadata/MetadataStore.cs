using Inro.Linux;
using Inro.Linux.Files;
using Microsoft.Win32.SafeHandles;
using SQLitePCL;

namespace Inro.Engine.Metadata;

/// <summary>The instance's database: one connection, used by one thread at a time, shared with other processes.</summary>
/// <remarks>
/// WAL, <c>synchronous=NORMAL</c>: a kill loses nothing that was committed; power loss may lose the last commits, never consistency.
/// Nothing is checkpointed when the last connection closes (that costs flushes on every command); who finds the log above
/// <see cref="MaxLogBytes"/> at <see cref="Dispose"/>, so after having answered, writes it back.
/// SQLite is called directly: docs/decisions/0010-sqlite-without-ado.md has the figures.
/// </remarks>
public sealed class MetadataStore : IDisposable
{
    /// <summary>
    /// Size of the write-ahead log at which it is written back: five flushes that a command waits for. Each first opener reads the log
    /// whole (0.4 ms for this much); docs/decisions/0010-sqlite-without-ado.md weighs the two.
    /// </summary>
    public const long MaxLogBytes = 1024 * 1024;

    /// <summary>How long a writer waits for another one.</summary>
    private const int BusyMilliseconds = 20_000;

    /// <summary>How long the readers of the log are waited for when the disk is full.</summary>
    private const int RewindMilliseconds = 1000;

    /// <summary>Twice the log: a log that is written back, and what the database grows by.</summary>
    private const long ReserveBytes = 2 * MaxLogBytes;

    private readonly Lock gate = new();
    private readonly Dictionary<string, sqlite3_stmt> statements = new(StringComparer.Ordinal);
    private readonly sqlite3 connection;
    private readonly string path;
    private bool wrote;

    private MetadataStore(sqlite3 connection, string path)
    {
        this.connection = connection;
        this.path = path;
    }

    private string Reserve => path + "-reserve";

    /// <summary>Opens the database, and makes or migrates it where needed.</summary>
    /// <exception cref="EngineException">PreconditionFailed: written by a newer program. DataLoss: damaged. PermissionDenied.</exception>
    public static MetadataStore Open(string path)
    {
        raw.SetProvider(new SQLite3Provider_e_sqlite3());
        MakePrivate(path);
        int result = raw.sqlite3_open_v2(path, out sqlite3 connection, raw.SQLITE_OPEN_READWRITE | raw.SQLITE_OPEN_CREATE | raw.SQLITE_OPEN_NOMUTEX, null);
        var store = new MetadataStore(connection, path);
        try
        {
            if (result != raw.SQLITE_OK) { throw store.Failure(result, "open"); }

            store.Configure();
            Schema.Bring(store);
            return store;
        }
        catch
        {
            store.Dispose();
            throw;
        }
    }

    /// <summary>One writing transaction; nothing of it stays if <paramref name="work"/> throws.</summary>
    public T Write<T>(Func<T> work)
    {
        lock (gate)
        {
            try { return Transact(work); }
            catch (EngineException full) when (full.Code == ErrorCode.ResourceExhausted && TryRewind()) { return Transact(work); }
        }
    }

    private T Transact<T>(Func<T> work)
    {
        Run("BEGIN IMMEDIATE");
        T result;
        try
        {
            result = work();
            Run("COMMIT");
        }
        catch
        {
            // After a full disk SQLite has rolled back by itself, and says so with an error that tells nothing new.
            if (raw.sqlite3_get_autocommit(connection) == 0) { _ = raw.sqlite3_exec(connection, "ROLLBACK"); }

            throw;
        }

        wrote = true;
        return result;
    }

    /// <inheritdoc cref="Write{T}"/>
    public void Write(Action work) => Write(() => { work(); return 0; });

    /// <summary>Reads one state of the database: what others commit meanwhile is not seen.</summary>
    public T Read<T>(Func<T> work)
    {
        lock (gate)
        {
            if (raw.sqlite3_get_autocommit(connection) == 0) { return work(); } // inside a transaction of this thread

            Run("BEGIN");
            try { return work(); }
            finally { _ = raw.sqlite3_exec(connection, "COMMIT"); }
        }
    }

    /// <summary>A statement, compiled once per connection. Call it inside <see cref="Write{T}"/> or <see cref="Read{T}"/> and dispose it there.</summary>
    public Statement Prepare(string sql)
    {
        if (!statements.Remove(sql, out sqlite3_stmt? compiled))
        {
            int result = raw.sqlite3_prepare_v2(connection, sql, out compiled);
            if (result != raw.SQLITE_OK) { throw Failure(result, sql); }
        }

        return new Statement(this, sql, compiled);
    }

    /// <summary>Closes; writes the log back where it has grown.</summary>
    public void Dispose()
    {
        lock (gate)
        {
            if (connection.IsClosed) { return; }

            foreach (sqlite3_stmt statement in statements.Values) { statement.Dispose(); }

            statements.Clear();
            if (wrote)
            {
                WriteBack();
                KeepReserve();
            }

            connection.Dispose();
        }
    }

    /// <summary>Runs statements without values.</summary>
    internal void Run(string sql)
    {
        int result = raw.sqlite3_exec(connection, sql);
        if (result != raw.SQLITE_OK) { throw Failure(result, sql); }
    }

    internal void GiveBack(string sql, sqlite3_stmt compiled)
    {
        if (!statements.TryAdd(sql, compiled)) { compiled.Dispose(); } // the same text was prepared twice at once
    }

    internal EngineException Failure(int result, string doing)
    {
        string said = raw.sqlite3_errmsg(connection).utf8_to_string();
        return MetadataFailure.From(result, path, doing, said);
    }

    private void Configure()
    {
        _ = raw.sqlite3_busy_timeout(connection, BusyMilliseconds);
        _ = raw.sqlite3_db_config(connection, raw.SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, out _);
        Run("PRAGMA synchronous=NORMAL;PRAGMA wal_autocheckpoint=0");
    }

    /// <summary>
    /// On a full disk: with the room of the reserve what the log holds goes into the database, and the log is written from its
    /// beginning again, which takes no new room. So an end can be recorded and a container removed, which is what frees the disk.
    /// </summary>
    private bool TryRewind()
    {
        File.Delete(Reserve);
        _ = raw.sqlite3_busy_timeout(connection, RewindMilliseconds);
        int result = raw.sqlite3_wal_checkpoint_v2(connection, null, raw.SQLITE_CHECKPOINT_RESTART, out _, out _);
        _ = raw.sqlite3_busy_timeout(connection, BusyMilliseconds);
        return result == raw.SQLITE_OK;
    }

    /// <summary>Keeps room for the day when the disk is full. Without room now, and after a kill midway, a later command tries again.</summary>
    private void KeepReserve()
    {
        if (new FileInfo(Reserve) is { Exists: true, Length: >= ReserveBytes }) { return; }

        try
        {
            using SafeFileHandle file = File.OpenHandle(Reserve, FileMode.OpenOrCreate, FileAccess.Write, FileShare.ReadWrite);
            Errno errno = FileDescriptor.TryAllocate(file, 0, ReserveBytes);
            if (errno is Errno.ENOSPC or Errno.EDQUOT) { File.Delete(Reserve); }
            else { FileDescriptor.SetLength(file, ReserveBytes, Reserve); } // says that it is whole; a file system that cannot keep room is not asked again
        }
        catch (IOException) { /* no room for a name either */ }
    }

    private void WriteBack()
    {
        var log = new FileInfo(path + "-wal");
        if (!log.Exists || log.Length <= MaxLogBytes) { return; }

        // Busy means that someone else reads or does the same: the next one will do it.
        _ = raw.sqlite3_busy_timeout(connection, 0);
        _ = raw.sqlite3_wal_checkpoint_v2(connection, null, raw.SQLITE_CHECKPOINT_TRUNCATE, out _, out _);
    }

    /// <summary>Configurations hold secrets. SQLite gives its other files the mode of this one.</summary>
    private static void MakePrivate(string path)
    {
        if (File.Exists(path)) { return; }

        try
        {
            using SafeFileHandle made = File.OpenHandle(path, FileMode.CreateNew, FileAccess.Write, FileShare.ReadWrite);
            File.SetUnixFileMode(made, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        }
        catch (IOException) when (File.Exists(path))
        {
            // Another process made it in between.
        }
    }
}

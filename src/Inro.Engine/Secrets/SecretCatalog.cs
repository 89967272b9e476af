using Inro.Engine.Events;
using Inro.Engine.Metadata;
using Inro.Linux.Processes;

namespace Inro.Engine.Secrets;

/// <summary>The secrets of an instance: made, listed, looked at, removed. They need no cluster.</summary>
public sealed class SecretCatalog
{
    private const int IdDigits = 25;
    private const int MaxNameLength = 64;

    private readonly MetadataStore store;
    private readonly TimeProvider clock;
    private readonly SecretTable table;
    private readonly SecretFiles files;
    private readonly EventLog events;

    /// <summary>Opens the secrets of an instance.</summary>
    /// <param name="paths">The instance; its directories are there.</param>
    /// <param name="store">Its database; stays its owner's.</param>
    /// <param name="clock">The clock.</param>
    public SecretCatalog(InstancePaths paths, MetadataStore store, TimeProvider clock)
    {
        this.store = store;
        this.clock = clock;
        table = new SecretTable(store);
        files = new SecretFiles(paths);
        events = new EventLog(store, paths.EventBell);
    }

    /// <summary>Makes a secret.</summary>
    /// <param name="wanted">Its name, driver, labels and options; id and times are made.</param>
    /// <param name="data">What is secret.</param>
    /// <param name="replaces">One of the name that is there goes.</param>
    /// <exception cref="EngineException">InvalidArgument: name, driver or size are refused. AlreadyExists: the name is taken.</exception>
    public SecretRecord Create(SecretRecord wanted, ReadOnlySpan<byte> data, bool replaces)
    {
        Check(wanted, data.Length);
        long now = clock.NowNanoseconds();
        SecretRecord made = wanted with { Id = KernelRandom.Hex((IdDigits + 1) / 2)[..IdDigits], CreatedNanoseconds = now, UpdatedNanoseconds = now };
        files.Write(made.Id, data);
        SecretRecord? replaced;
        try
        {
            replaced = store.Write(() =>
            {
                SecretRecord? there = Named(made.Name);
                if (there is not null && !replaces) { throw new EngineException(ErrorCode.AlreadyExists, $"{made.Name}: secret name in use", $"inro secret create --replace {made.Name}, or give another name"); }

                if (there is not null) { Delete(there); }

                table.Insert(made);
                events.Add(now, "secret", "create", made.Id, EventAttributes.Of("name", made.Name));
                return there;
            });
        }
        catch
        {
            files.Remove(made.Id);
            throw;
        }

        if (replaced is not null) { files.Remove(replaced.Id); }

        events.Ring();
        return made;
    }

    /// <summary>All, by name.</summary>
    public IReadOnlyList<SecretRecord> List() => store.Read(table.List);

    /// <summary>By its name, its id, or the beginning of its id.</summary>
    /// <exception cref="EngineException">NotFound: there is none. InvalidArgument: several ids begin so.</exception>
    public SecretRecord Find(string typed) => TryFind(typed) ?? throw NoSuchSecret(typed);

    /// <summary>The same, or null where there is none.</summary>
    public SecretRecord? TryFind(string typed) => store.Read(() => table.Find(typed));

    /// <summary>What is secret of it.</summary>
    public byte[] Read(SecretRecord secret) => files.Read(secret);

    /// <summary>Removes one.</summary>
    /// <exception cref="EngineException">NotFound: there is none.</exception>
    public SecretRecord Remove(string typed)
    {
        SecretRecord removed = store.Write(() =>
        {
            SecretRecord there = table.Find(typed) ?? throw NoSuchSecret(typed);
            Delete(there);
            return there;
        });
        files.Remove(removed.Id);
        events.Ring();
        return removed;
    }

    /// <summary>Why a secret is not there, in docker's words.</summary>
    internal static EngineException NoSuchSecret(string typed) => new(ErrorCode.NotFound, $"no such secret: {typed}", "the secrets that are there: inro secret ls");

    private SecretRecord? Named(string name)
    {
        foreach (SecretRecord secret in table.List())
        {
            if (secret.Name == name) { return secret; }
        }

        return null;
    }

    private void Delete(SecretRecord secret)
    {
        table.Delete(secret.Id);
        events.Add(clock.NowNanoseconds(), "secret", "remove", secret.Id, EventAttributes.Of("name", secret.Name));
    }

    private static void Check(SecretRecord wanted, int bytes)
    {
        if (!IsName(wanted.Name))
        {
            throw new EngineException(
                ErrorCode.InvalidArgument, $"invalid secret name '{wanted.Name}', only {MaxNameLength} [a-zA-Z0-9-_.] characters allowed, and the start and end character must be [a-zA-Z0-9]", "give another name");
        }

        if (wanted.Driver != SecretRecord.FileDriver) { throw new EngineException(ErrorCode.InvalidArgument, $"invalid secret driver '{wanted.Driver}'", "the driver that is there: file"); }

        foreach (string option in StringMap.Sorted(wanted.Options)) { throw new EngineException(ErrorCode.InvalidArgument, $"the secret driver file has no option '{option}'", "leave it out"); }

        if (bytes is 0 or > SecretFiles.MaxBytes)
        {
            throw new EngineException(ErrorCode.InvalidArgument, $"secret data must be larger than 0 and at most {SecretFiles.MaxBytes} bytes", "what is larger goes into a volume");
        }
    }

    private static bool IsName(string name)
    {
        if (name.Length is 0 or > MaxNameLength || !char.IsAsciiLetterOrDigit(name[0]) || !char.IsAsciiLetterOrDigit(name[^1])) { return false; }

        foreach (char c in name)
        {
            if (!char.IsAsciiLetterOrDigit(c) && c is not ('-' or '_' or '.')) { return false; }
        }

        return true;
    }
}

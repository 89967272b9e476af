using System.Text;
using Inro.Linux.Descriptors;
using Inro.Linux.Files;
using Inro.Spec;
using Microsoft.Win32.SafeHandles;

namespace Inro.Engine.Storage;

/// <summary>Which kind of snapshot new containers of an instance get: the configured one, or the first that works, which the store remembers.</summary>
/// <remarks>A start reads one small file. It is probed where that is missing, and once again after a mount has failed.</remarks>
/// <param name="root">The store's directory.</param>
/// <param name="configured">Reads the configuration; null: it says nothing.</param>
internal sealed class StorageChoice(string root, Func<SnapshotKind?> configured)
{
    /// <summary>The name of the file in the store that says what works there.</summary>
    public const string FileName = "driver";

    private const int MaxFileBytes = 64;

    /// <summary>What is known without looking; null: nothing.</summary>
    public SnapshotKind? Known => configured() ?? Remembered();

    /// <summary>The kind for a new container.</summary>
    /// <exception cref="IOException">The disk has no room to find it out.</exception>
    public SnapshotKind Find()
    {
        if (Known is { } known) { return known; }

        SnapshotKind found = new StorageProbe(root + "/snapshots").FirstThatWorks();
        Remember(found);
        return found;
    }

    private void Remember(SnapshotKind kind)
    {
        using DirFd store = DirFd.Open(root);
        try { AtomicFile.Write(store, FileName, Encoding.UTF8.GetBytes(SnapshotKinds.NameOf(kind) + "\n"), mode: 0x1A4, durable: false); }
        catch (IOException full) when (FullDisk.Is(full)) { /* the next one looks again */ }
    }

    /// <summary>After a mount that failed: what is remembered does not hold any more, and the next container looks again.</summary>
    /// <param name="snapshots">The snapshots' directory, as <see cref="SnapshotMount.Directory"/> says it.</param>
    /// <param name="failed">The kind that failed.</param>
    /// <param name="why">How.</param>
    /// <returns>The problem, with what every kind has to say, and what to do.</returns>
    public static StorageException Explain(string snapshots, SnapshotKind failed, string why)
    {
        var probe = new StorageProbe(snapshots);
        var problem = new StringBuilder($"the container's root cannot be mounted; {SnapshotKinds.NameOf(failed)}: {why}");
        string? works = null;
        foreach (SnapshotKind kind in SnapshotKinds.All)
        {
            if (kind == failed) { continue; }

            string? reason = WhyNot(probe, kind);
            if (reason is null) { works ??= SnapshotKinds.NameOf(kind); }

            problem.Append("; ").Append(SnapshotKinds.NameOf(kind)).Append(": ").Append(reason ?? "works");
        }

        Descriptor.Unlink($"{snapshots[..snapshots.LastIndexOf('/')]}/{FileName}");
        return new StorageException(
            problem.ToString(),
            $"make the container anew: it gets what works then, unless config.toml says driver = \"{SnapshotKinds.NameOf(failed)}\" under [storage]; {works} works");
    }

    private static string? WhyNot(StorageProbe probe, SnapshotKind kind)
    {
        try { return probe.WhyNot(kind); }
        catch (IOException full) when (FullDisk.Is(full)) { return full.Message; }
    }

    private SnapshotKind? Remembered()
    {
        using SafeFileHandle? file = Descriptor.OpenIfThere($"{root}/{FileName}", OpenFlags.Read);
        if (file is null) { return null; }

        Span<byte> text = stackalloc byte[MaxFileBytes];
        int length = RandomAccess.Read(file, text, 0);
        return SnapshotKinds.Find(Encoding.UTF8.GetString(text[..length]).TrimEnd('\n'));
    }
}

using System.Globalization;
using System.Text;
using Inro.Linux.Descriptors;
using Inro.Linux.Files;
using Inro.Linux.Mounts;

namespace Inro.Engine.Storage;

/// <summary>Which images, or containers, are mounted for people, how often that was asked, and where: <c>images/HEX/fs</c> or <c>mounts/HEX/fs</c> in the run directory, with a note for each mount namespace.</summary>
/// <remarks>
/// A note counts while its boot lasts and its mount, or, in another namespace, the namespace's holder, is there. All but <see cref="ImagesInUse"/> is called under <see cref="Lock"/>.
/// </remarks>
internal sealed class MountCounts
{
    private const string MountName = "fs";
    private const string LockName = "lock";
    private const UnixFileMode PrivateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    private static readonly TimeSpan LockDeadline = TimeSpan.FromSeconds(30);

    private readonly MountHolder self = MountHolder.OfCaller();
    private readonly InstancePaths paths;
    private readonly string place;
    private readonly string prefix;

    private MountCounts(InstancePaths paths, string folder, string prefix)
    {
        this.paths = paths;
        place = $"{paths.Run}/{folder}";
        this.prefix = prefix;
    }

    /// <summary>Those of images; ids are digests.</summary>
    public static MountCounts OfImages(InstancePaths paths) => new(paths, "images", "sha256:");

    /// <summary>Those of containers.</summary>
    public static MountCounts OfContainers(InstancePaths paths) => new(paths, "mounts", "");

    /// <summary>Whether a container is mounted, in whatever namespace. Costs one look where none ever was.</summary>
    public static bool IsContainerInUse(InstancePaths paths, string id) => Directory.Exists($"{paths.Run}/mounts/{id}") && OfContainers(paths).IsInUse(id);

    /// <summary>Keeps others from mounting, unmounting and removing.</summary>
    public FileLock Lock()
    {
        Directory.CreateDirectory(place, PrivateMode);
        using DirFd directory = DirFd.Open(place);
        return FileLock.Acquire(directory, LockName, shared: false, LockDeadline);
    }

    /// <summary>The same for a removal, which a disk without room for the lock's file must not stop; null: there is none.</summary>
    public FileLock? LockIfPossible()
    {
        try { return Lock(); }
        catch (IOException full) when (FullDisk.Is(full)) { return null; }
    }

    /// <summary>Ids of the images that are mounted, in whatever namespace: they must stay.</summary>
    public static IReadOnlySet<string> ImagesInUse(InstancePaths paths) =>
        Directory.Exists(paths.Run + "/images") ? OfImages(paths).AllInUse() : new HashSet<string>(0);

    /// <summary>Where it is, or would be, mounted.</summary>
    public string PathOf(string id) => $"{place}/{Hex(id)}/{MountName}";

    /// <summary>Where a copy of an image's files is, where a mount of it needs one.</summary>
    public string CopyOf(string id) => $"{paths.Root}/views/{Hex(id)}";

    /// <summary>Those that are mounted in this namespace.</summary>
    public IReadOnlyList<string> List() => [.. Ids().Where(id => CountOf(id) > 0)];

    /// <summary>How often it was mounted in this namespace; 0: it is not.</summary>
    public int CountOf(string id) => Read(NoteOf(id, self.Namespace)) is { } note && IsAlive(id, note) ? note.Count : 0;

    /// <summary>Notes a count above zero.</summary>
    public void Note(string id, int count)
    {
        Directory.CreateDirectory(PathOf(id), PrivateMode);
        using DirFd directory = DirFd.Open($"{place}/{Hex(id)}");
        string text = string.Create(CultureInfo.InvariantCulture, $"{count} {self.Boot} {self.Pid} {self.StartTime}\n");
        AtomicFile.Write(directory, self.Namespace.ToString(CultureInfo.InvariantCulture), Encoding.ASCII.GetBytes(text), durable: false);
    }

    /// <summary>Takes one mounting back; with the last the mount goes.</summary>
    /// <param name="id">Of what.</param>
    /// <param name="isForced">Whether the mount goes, however often it was mounted.</param>
    /// <returns>The id; null: it is not mounted.</returns>
    public string? TakeBack(string id, bool isForced)
    {
        int count = CountOf(id);
        if (count > 1 && !isForced) { Note(id, count - 1); }
        else { Release(id); }

        return count > 0 ? id : null;
    }

    /// <summary>Unmounts it, and forgets it where no other namespace has it. Nothing that is missing is an error.</summary>
    public void Release(string id)
    {
        string mount = PathOf(id);
        while (Directory.Exists(mount) && MountTree.Detach(mount)) { }

        Descriptor.Unlink(NoteOf(id, self.Namespace));
        if (!IsInUse(id)) { Forget(id); }
    }

    private void Forget(string id)
    {
        using (DirFd directory = DirFd.Open(place)) { directory.RemoveTree(Hex(id)); }

        string copies = paths.Root + "/views";
        if (!Directory.Exists(copies)) { return; }

        using DirFd views = DirFd.Open(copies);
        views.RemoveTree(Hex(id));
    }

    private HashSet<string> AllInUse() => [.. Ids().Where(IsInUse)];

    private bool IsInUse(string id) => Directory.Exists($"{place}/{Hex(id)}")
        && Directory.EnumerateFiles($"{place}/{Hex(id)}").Any(note => Read(note) is { } read && IsAlive(id, read));

    private bool IsAlive(string id, MountNote note) => note.Holder.Namespace == self.Namespace
        ? note.Holder.Boot == self.Boot && MountPoints.Below(place).Contains($"{Hex(id)}/{MountName}", StringComparer.Ordinal)
        : note.Holder.IsThere;

    private IEnumerable<string> Ids() => Directory.Exists(place)
        ? Directory.EnumerateDirectories(place).Select(d => prefix + Path.GetFileName(d)).Order(StringComparer.Ordinal)
        : [];

    private string NoteOf(string id, ulong number) => string.Create(CultureInfo.InvariantCulture, $"{place}/{Hex(id)}/{number}");

    private static MountNote? Read(string path)
    {
        string[] words;
        try { words = File.ReadAllText(path).TrimEnd('\n').Split(' '); }
        catch (Exception missing) when (missing is FileNotFoundException or DirectoryNotFoundException) { return null; }

        return words.Length == 4 && ulong.TryParse(Path.GetFileName(path), CultureInfo.InvariantCulture, out ulong number)
            && int.TryParse(words[0], CultureInfo.InvariantCulture, out int count) && int.TryParse(words[2], CultureInfo.InvariantCulture, out int pid)
            && ulong.TryParse(words[3], CultureInfo.InvariantCulture, out ulong start)
            ? new MountNote(count, new MountHolder(words[1], number, pid, start))
            : null;
    }

    private static string Hex(string id) => id[(id.IndexOf(':') + 1)..];

    private sealed record MountNote(int Count, MountHolder Holder);
}

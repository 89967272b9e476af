using Inro.Linux;
using Inro.Linux.Files;
using Inro.Linux.Processes;
using Inro.Runtime.IdMaps;
using Inro.Runtime.Launch;

namespace Inro.Runtime.Steps;

/// <summary>The mount option tmpcopyup: the host copies what is at the destination into the new tmpfs, by two descriptors, while the process waits.</summary>
/// <remarks>
/// It acts as the container's root towards files: what that root could not read is not shown to it. Whoever the user namespace does not know
/// becomes root in the copy, as with a copy made inside.
/// </remarks>
/// <param name="field">The mount, for messages.</param>
/// <param name="path">Its destination.</param>
/// <param name="hasUserNamespace">Whether the process has another user namespace than the host's side.</param>
/// <param name="keepsTop">Whether the options say what the top directory is like.</param>
internal sealed class CopyUp(string field, string path, bool hasUserNamespace, bool keepsTop)
{
    private const uint OthersRead = 4;
    private const uint OthersEnter = 1;

    private IdRanges users = IdRanges.All;
    private IdRanges groups = IdRanges.All;

    /// <summary>Emits it between the making of the tmpfs and its attaching.</summary>
    /// <param name="place">Descriptor of the destination.</param>
    /// <param name="mount">The detached tmpfs.</param>
    public void Emit(LaunchBuilder builder, Slot place, Slot mount)
    {
        Slot source = builder.NewSlot(path);
        builder.OpenInside(place, "", OpenFlags.Read | OpenFlags.Directory, source, ResolveFlags.NoSymlinks, label: "open what is there");
        builder.Sync($"copy what is in {path} into its tmpfs", Copy, sendDescriptors: [source, mount]);
        builder.Call("close", SystemCall.Close, [source], path);
    }

    private void Copy(SyncExchange exchange)
    {
        using DirFd from = exchange.TakeDirectory(0);
        using DirFd place = exchange.TakeDirectory(1);
        if (hasUserNamespace) { (users, groups) = (IdRanges.Read(exchange.Pid, "uid_map"), IdRanges.Read(exchange.Pid, "gid_map")); }

        try
        {
            using FileCredentials? acting = hasUserNamespace && EffectiveIds.User == 0 ? FileCredentials.Become(users.Root() ?? 0, groups.Root() ?? 0) : null;
            using DirFd to = place.OpenDirectory(".");
            var copy = new TreeCopy(OwnerOf);
            copy.Copy(from, to);
            if (!keepsTop) { copy.CopyAttributes(from, to); }
        }
        catch (Exception e) when (e is IOException or InvalidDataException)
        {
            throw new RuntimeException(RuntimeError.Failed, $"{field}.options: tmpcopyup of {path}: {e.Message}", Remedy(e), e);
        }
    }

    private CopiedOwner OwnerOf(FileStatus file)
    {
        if (users.Has(file.UserId) && groups.Has(file.GroupId)) { return CopiedOwner.Same(file); }

        uint needed = file.Kind switch { FileKind.Directory => OthersRead | OthersEnter, FileKind.Regular => OthersRead, _ => 0 };
        return (file.Permissions & needed) == needed
            ? new CopiedOwner(users.Root() ?? 0, groups.Root() ?? 0, IsForeign: true)
            : throw new LinuxException("copy", $"a file of user {file.UserId} that the container's root may not read", Errno.EACCES);
    }

    private static string? Remedy(Exception failure) => (failure as LinuxException)?.Errno switch
    {
        Errno.ENOSPC => "give the tmpfs a larger size= or nr_inodes=",
        Errno.EPERM => "an ordinary user can copy only files of the user's own: leave tmpcopyup out",
        _ => null,
    };
}

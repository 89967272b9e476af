using Inro.Linux;
using Inro.Linux.Mounts;
using Inro.Runtime.Rootfs;
using Microsoft.Win32.SafeHandles;

namespace Inro.Engine.Volumes;

/// <summary>Mounts what the options of a local volume say, with the kernel's own means: no program of the host is run.</summary>
internal static class LocalMount
{
    /// <summary>Mounts it at a directory.</summary>
    /// <param name="volume">The volume's name, for messages.</param>
    /// <param name="options">What.</param>
    /// <param name="target">Where.</param>
    /// <exception cref="EngineException">PreconditionFailed: the kernel, or a server, refuses; the message has its words.</exception>
    public static void Attach(string volume, LocalOptions options, string target)
    {
        try
        {
            using SafeFileHandle mount = options.IsBind ? Bind(options) : Mount(volume, options);
            MountTree.Attach(mount, target);
        }
        catch (LinuxException failure)
        {
            throw Refused(volume, options, failure.Message, failure);
        }
    }

    private static SafeFileHandle Bind(LocalOptions options)
    {
        MountOptions words = MountOptions.Parse(options.Words, isBindType: true);
        SafeFileHandle tree = MountTree.Clone(options.Device, words.IsRecursive);
        try
        {
            if (words.Set != 0 || words.Clear != 0) { MountTree.SetAttributes(tree, words.Set, words.Clear, isRecursive: false); }

            if (words.SetBelow != 0 || words.ClearBelow != 0) { MountTree.SetAttributes(tree, words.SetBelow, words.ClearBelow, isRecursive: true); }

            return tree;
        }
        catch
        {
            tree.Dispose();
            throw;
        }
    }

    private static SafeFileHandle Mount(string volume, LocalOptions options)
    {
        IReadOnlyList<string> words = NetworkOptions.Complete(volume, options);
        foreach (string version in NetworkOptions.VersionsToTry(options))
        {
            try { return Mount(volume, options, MountOptions.Parse([.. words, version], isBindType: false)); }
            catch (Exception refused) when (IsOtherVersion(refused as LinuxException ?? refused.InnerException as LinuxException)) { /* the next one */ }
        }

        return Mount(volume, options, MountOptions.Parse(words, isBindType: false));
    }

    private static bool IsOtherVersion(LinuxException? refused) => refused?.Errno == Errno.EPROTONOSUPPORT;

    private static SafeFileHandle Mount(string volume, LocalOptions options, MountOptions words)
    {
        using FileSystemContext context = FileSystemContext.Open(options.Type);
        try
        {
            context.Set("source", options.Device);
            foreach (string word in words.Data)
            {
                int equals = word.IndexOf('=', StringComparison.Ordinal);
                if (equals < 0) { context.SetFlag(word); }
                else { context.Set(word[..equals], word[(equals + 1)..]); }
            }

            if ((words.Set & MountAttributes.ReadOnly) != 0) { context.SetFlag("ro"); } // of the file system, too: a device may be write-protected

            return context.Mount(words.Set);
        }
        catch (LinuxException failure) when (context.Messages() is { Length: > 0 } said)
        {
            throw Refused(volume, options, $"{said} ({failure.Message})", failure);
        }
    }

    private static EngineException Refused(string volume, LocalOptions options, string why, Exception cause) => new(
        ErrorCode.PreconditionFailed,
        $"failed to mount local volume {volume}: {options.Type} {options.Device}: {why}",
        $"inro volume inspect {volume} shows its options; the device, its server and the kernel's file systems (/proc/filesystems) decide",
        cause);
}

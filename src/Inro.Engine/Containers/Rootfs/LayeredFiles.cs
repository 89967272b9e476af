using System.Text;
using Inro.Linux;
using Inro.Linux.Files;
using Inro.Spec;
using Microsoft.Win32.SafeHandles;

namespace Inro.Engine.Containers.Rootfs;

/// <summary>A root file system in layers, read as overlayfs would show them, without a mount.</summary>
/// <remarks>Each name is looked up by itself, without following links, in every layer from the top; links start the walk again.</remarks>
public sealed class LayeredFiles : IRootfsFiles, IDisposable
{
    /// <summary>As the kernel allows in one look-up.</summary>
    private const int MaxLinks = 40;

    private readonly DirFd[] layers;

    /// <summary>Opens the layers of a snapshot, the writable one included.</summary>
    /// <exception cref="LinuxException">A layer is missing.</exception>
    public LayeredFiles(SnapshotMount snapshot)
    {
        List<string> names = [.. snapshot.Upper is { } upper ? [upper] : Array.Empty<string>(), .. snapshot.Lower];
        List<DirFd> open = new(names.Count);
        try
        {
            foreach (string name in names) { open.Add(DirFd.Open(name.StartsWith('/') ? name : snapshot.Directory + "/" + name)); }
            layers = [.. open];
        }
        catch
        {
            foreach (DirFd layer in open) { layer.Dispose(); }
            throw;
        }
    }

    /// <inheritdoc/>
    public byte[]? TryRead(string path, int maxBytes)
    {
        for (int links = 0; links <= MaxLinks; links++)
        {
            string? next = null;
            byte[]? content = Walk(path, maxBytes, ref next);
            if (next is null) { return content; }
            path = next;
        }

        return null;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (DirFd layer in layers) { layer.Dispose(); }
    }

    // One way from the root. A link anywhere on it ends the walk with the path that has to be walked instead.
    private byte[]? Walk(string path, int maxBytes, ref string? next)
    {
        string[] names = Plain(path);
        List<DirFd> here = [.. layers];
        try
        {
            for (int i = 0; i < names.Length; i++)
            {
                Found found = Look(here, names[i]);
                if (found.Kind == FileKind.SymbolicLink)
                {
                    next = Join(names.AsSpan(0, i), found.Link!, names.AsSpan(i + 1));
                    return null;
                }

                bool last = i == names.Length - 1;
                if (last) { return found.Kind == FileKind.None ? null : ReadFile(found, names[i], path, maxBytes); }
                if (found.Kind != FileKind.Directory) { return null; }

                Release(here);
                here = found.Directories;
            }

            return null;
        }
        finally
        {
            Release(here);
        }
    }

    private byte[] ReadFile(Found found, string name, string path, int maxBytes)
    {
        if (found.Kind != FileKind.Regular)
        {
            Release(found.Directories);
            throw new InvalidDataException($"{path} is no regular file");
        }

        using SafeFileHandle file = found.Layer!.OpenInside(name, OpenFlags.Read | OpenFlags.NoFollow | OpenFlags.NonBlocking);
        return FileDescriptor.ReadToEnd(file, maxBytes, path);
    }

    // What the merged directory made of these shows under the name; for a directory, the directories that it is made of.
    private static Found Look(List<DirFd> layers, string name)
    {
        List<DirFd> directories = [];
        foreach (DirFd layer in layers)
        {
            if (layer.TryStatus(name, out FileStatus status) != Errno.None) { continue; }
            if (status.Kind != FileKind.Directory)
            {
                if (directories.Count > 0 || OverlayMarks.IsWhiteout(status)) { break; }
                string? link = status.Kind == FileKind.SymbolicLink ? Encoding.UTF8.GetString(layer.ReadLink(PathBytes.Encode(name))) : null;
                return new(status.Kind, layer, link, []);
            }

            DirFd directory = layer.OpenDirectory(name, ResolveFlags.NoSymlinks);
            directories.Add(directory);
            if (OverlayMarks.IsOpaque(directory)) { break; }
        }

        return new(directories.Count > 0 ? FileKind.Directory : FileKind.None, null, null, directories);
    }

    private static string[] Plain(string path)
    {
        List<string> names = [];
        foreach (string name in path.Split('/'))
        {
            if (name is "" or ".") { continue; }
            if (name != "..") { names.Add(name); }
            else if (names.Count > 0) { names.RemoveAt(names.Count - 1); } // every link was resolved before, so this is exact
        }

        return [.. names];
    }

    private static string Join(ReadOnlySpan<string> before, string link, ReadOnlySpan<string> after)
    {
        string start = link.StartsWith('/') ? "" : string.Join('/', before!) + "/";
        return start + link + "/" + string.Join('/', after!);
    }

    private void Release(List<DirFd> directories)
    {
        foreach (DirFd directory in directories)
        {
            if (Array.IndexOf(layers, directory) < 0) { directory.Dispose(); }
        }
    }

    private readonly record struct Found(FileKind Kind, DirFd? Layer, string? Link, List<DirFd> Directories);
}

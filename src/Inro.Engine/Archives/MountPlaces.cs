using System.Text;
using Inro.Engine.Containers.Rootfs;
using Inro.Linux.Files;
using Inro.Spec;

namespace Inro.Engine.Archives;

/// <summary>Where mounts of a container lie among its files, links on the way followed: there the engine makes what is missing.</summary>
internal sealed class MountPlaces
{
    /// <summary>As the kernel allows in one look-up.</summary>
    private const int MaxLinks = 40;

    private readonly HashSet<string> places = new(StringComparer.Ordinal);
    private readonly HashSet<string> parents = new(StringComparer.Ordinal);

    /// <summary>Finds them.</summary>
    /// <param name="shown">All layers, the topmost first.</param>
    /// <param name="points">Absolute paths.</param>
    public MountPlaces(SnapshotMount shown, IEnumerable<string> points)
    {
        foreach (string point in points)
        {
            string path = Resolve(shown, point);
            places.Add(path);
            for (int slash = path.LastIndexOf('/'); slash > 0; slash = path.LastIndexOf('/', slash - 1)) { parents.Add(path[..slash]); }
        }
    }

    /// <summary>Whether something is mounted there.</summary>
    /// <param name="path">Without a slash before it, a character for each byte.</param>
    public bool Contains(string path) => places.Contains(path);

    /// <summary>Whether it leads to such a place.</summary>
    /// <inheritdoc cref="Contains"/>
    public bool LeadsToOne(string path) => parents.Contains(path);

    private static string Resolve(SnapshotMount shown, string path)
    {
        for (int links = 0; links < MaxLinks; links++)
        {
            if (Step(shown, path) is not { } next) { break; }

            path = next;
        }

        return Encoding.Latin1.GetString(Encoding.UTF8.GetBytes(string.Join('/', Plain(path))));
    }

    /// <summary>The path with the first link on it followed; null: there is none.</summary>
    private static string? Step(SnapshotMount shown, string path)
    {
        string[] names = Plain(path);
        MergedDirectory? here = MergedDirectory.TryOpen(shown, "/");
        try
        {
            for (int i = 0; i < names.Length && here is not null; i++)
            {
                byte[] name = PathBytes.Encode(names[i]);
                if (!here.TryStatus(name, out FileStatus status, out DirFd? layer)) { return null; }

                if (status.Kind == FileKind.SymbolicLink)
                {
                    string link = Encoding.UTF8.GetString(layer!.ReadLink(name)); // not null: something was found
                    return $"{(link.StartsWith('/') ? "" : string.Join('/', names.AsSpan(0, i)!))}/{link}/{string.Join('/', names.AsSpan(i + 1)!)}";
                }

                MergedDirectory above = here;
                here = above.TryOpen(name);
                above.Dispose();
            }

            return null;
        }
        finally { here?.Dispose(); }
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
}

using Inro.Images.Layers;
using Inro.Linux.Files;

namespace Inro.Engine.Volumes;

/// <content>The content of volumes as archives.</content>
public sealed partial class VolumeCatalog
{
    private const string ByArchive = "archive ";

    /// <summary>Writes all of a volume's content as a tar archive: owners, modes, times, attributes, links.</summary>
    /// <exception cref="EngineException">NotFound: no such volume.</exception>
    public void Export(string name, Stream output, CancellationToken ct) => WithContent(name, directory => new LayerWriter(output, Options()).Write(directory, ct));

    /// <summary>Unpacks a tar archive, compressed or not, into a volume; what is there already stays where the archive has nothing of the name.</summary>
    /// <exception cref="EngineException">NotFound: no such volume. InvalidArgument: it is no archive. ResourceExhausted: the disk is full.</exception>
    public void Import(string name, Stream input, CancellationToken ct) => WithContent(name, directory =>
    {
        try
        {
            TarExtraction.Extract(input, directory, Options(), ct);
            store.Write(() => table.SetReady(name));
        }
        catch (Exception damaged) when (damaged is InvalidDataException or LayerException)
        {
            throw new EngineException(ErrorCode.InvalidArgument, $"importing into volume {name}: {damaged.Message}", "what was before the damage is in the volume; give a whole tar archive", damaged);
        }
        catch (IOException full) when (FullDisk.Is(full)) { throw FullDisk.At(paths.Root, full); }
    });

    private LayerOptions Options() => (paths.IsRootful ? LayerOptions.Privileged : LayerOptions.InUserNamespace) with { IntoTree = true, IsVerbatim = true };

    private void WithContent(string name, Action<DirFd> work)
    {
        VolumeRecord volume = Find(name);
        string holder = ByArchive + VolumeService.RandomName();
        string place = volume.NeedsMount ? mounts.Take(holder, name) : drivers.Local.Mount(volume, holder, []);
        try
        {
            using DirFd directory = DirFd.Open(place);
            work(directory);
        }
        finally
        {
            if (volume.NeedsMount) { mounts.Release(holder, name); }
        }
    }
}

using Inro.Engine.Metadata;
using Inro.Linux.Processes;

namespace Inro.Engine.Volumes;

/// <summary>Mounts volumes at their first use and unmounts them at their last one.</summary>
/// <remarks>
/// The row comes before the mount and goes after it, so a kill leaves a row that says what there may be. Nothing is counted: who holds a volume is
/// asked of the rows of this boot, and whether it is mounted of the kernel.
/// </remarks>
/// <param name="paths">Of the instance.</param>
/// <param name="store">Its database.</param>
/// <param name="drivers">Its drivers.</param>
internal sealed class VolumeMounts(InstancePaths paths, MetadataStore store, VolumeDrivers drivers)
{
    private readonly VolumeMountTable table = new(store);
    private readonly VolumeTable volumes = new(store);

    /// <summary>Mounts a volume for a holder, once however often it is asked for.</summary>
    /// <returns>Where its files are.</returns>
    /// <exception cref="EngineException">What the driver says. NotFound: there is no such volume.</exception>
    public string Take(string holder, string name) => VolumeLocks.Hold(paths, name, () =>
    {
        VolumeRecord volume = store.Read(() => volumes.Find(name)) ?? throw VolumeCatalog.NoSuchVolume(name);
        List<string> others = store.Write(() =>
        {
            List<string> there = table.HoldersOf(name, BootId.Read());
            table.Insert(holder, name, BootId.Read());
            there.Remove(holder);
            return there;
        });
        try
        {
            return drivers.Of(volume.Driver).Mount(volume, holder, others);
        }
        catch
        {
            store.Write(() => table.Delete(holder, name));
            throw;
        }
    });

    /// <summary>The holder lets go of all that it holds. A driver that does not answer keeps nobody from it.</summary>
    public void ReleaseAll(string holder)
    {
        foreach ((string volume, string boot) in store.Read(() => table.Of(holder))) { Release(holder, volume, boot); }
    }

    /// <summary>The holder lets go of one.</summary>
    /// <returns>False: it did not hold it.</returns>
    public bool Release(string holder, string name)
    {
        foreach ((string volume, string boot) in store.Read(() => table.Of(holder)))
        {
            if (volume != name) { continue; }

            Release(holder, volume, boot);
            return true;
        }

        return false;
    }

    /// <summary>For whom a volume is mounted now.</summary>
    public IReadOnlyList<string> HoldersOf(string volume) => store.Read(() => table.HoldersOf(volume, BootId.Read()));

    private void Release(string holder, string name, string boot) => VolumeLocks.Hold(paths, name, () =>
    {
        // What another boot had mounted is gone with it.
        if (boot == BootId.Read() && store.Read(() => volumes.Find(name)) is { } volume)
        {
            List<string> holders = store.Read(() => table.HoldersOf(name, boot));
            holders.Remove(holder);
            try { drivers.Of(volume.Driver).Unmount(volume, holder, isLast: holders.Count == 0); }
            catch (EngineException gone) when (gone.Code is ErrorCode.Unavailable or ErrorCode.NotFound or ErrorCode.DeadlineExceeded or ErrorCode.Internal) { /* a plug-in that is gone holds nothing */ }
        }

        store.Write(() => table.Delete(holder, name));
    });
}

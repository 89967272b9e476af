namespace Inro.Engine.Volumes;

/// <summary>Keeps volumes. Calls for one volume come one after the other, under its lock; each may come again after a kill.</summary>
internal interface IVolumeDriver
{
    /// <summary>Brings an empty volume into being, or takes one that is there.</summary>
    void Create(VolumeRecord volume);

    /// <summary>Removes a volume and its content. One that is gone is no error.</summary>
    void Remove(VolumeRecord volume);

    /// <summary>Where its files are, or will be when it is mounted; empty where only the mounting tells.</summary>
    string PathOf(VolumeRecord volume);

    /// <summary>Makes its files reachable for one holder.</summary>
    /// <param name="volume">Which.</param>
    /// <param name="holder">For whom: a container's id.</param>
    /// <param name="others">Who holds it already.</param>
    /// <returns>Where.</returns>
    string Mount(VolumeRecord volume, string holder, IReadOnlyList<string> others);

    /// <summary>The holder needs it no longer.</summary>
    /// <param name="volume">Which.</param>
    /// <param name="holder">As it was mounted.</param>
    /// <param name="isLast">Whether nobody else holds it.</param>
    void Unmount(VolumeRecord volume, string holder, bool isLast);

    /// <summary>What the driver itself says of it; null: nothing.</summary>
    IReadOnlyDictionary<string, string>? StatusOf(VolumeRecord volume);
}

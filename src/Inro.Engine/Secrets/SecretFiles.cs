using Inro.Linux.Files;
using Microsoft.Win32.SafeHandles;

namespace Inro.Engine.Secrets;

/// <summary>What is secret of secrets: a file of mode 0600 each, in a directory of mode 0700.</summary>
/// <param name="paths">Of the instance.</param>
internal sealed class SecretFiles(InstancePaths paths)
{
    /// <summary>Largest secret: docker's and podman's limit.</summary>
    public const int MaxBytes = 512_000;

    private readonly string place = paths.Root + "/secrets";

    /// <summary>Writes one, whole and on the disk, before its row is there.</summary>
    public void Write(string id, ReadOnlySpan<byte> data)
    {
        Directory.CreateDirectory(place, UnixMode.OwnerOnly);
        using DirFd directory = DirFd.Open(place);
        AtomicFile.Write(directory, id, data, durable: true);
    }

    /// <summary>Reads one.</summary>
    /// <exception cref="EngineException">DataLoss: its file is gone.</exception>
    public byte[] Read(SecretRecord secret)
    {
        try
        {
            using DirFd directory = DirFd.Open(place);
            using SafeFileHandle file = directory.OpenInside(secret.Id, OpenFlags.Read | OpenFlags.NoFollow);
            return FileDescriptor.ReadToEnd(file, MaxBytes, secret.Name);
        }
        catch (Linux.LinuxException gone) when (gone.Errno == Linux.Errno.ENOENT)
        {
            throw new EngineException(ErrorCode.DataLoss, $"the content of secret {secret.Name} is gone: {place}/{secret.Id} does not exist", $"inro secret create --replace {secret.Name}", gone);
        }
    }

    /// <summary>Removes one, after its row is gone. Nothing that is missing is an error.</summary>
    public void Remove(string id)
    {
        if (!Directory.Exists(place)) { return; }

        using DirFd directory = DirFd.Open(place);
        directory.RemoveFile(id);
    }
}

using System.Globalization;
using System.Text;
using Inro.Linux;
using Inro.Linux.Files;
using Inro.Linux.Mounts;
using Microsoft.Win32.SafeHandles;

namespace Inro.Engine.Secrets;

/// <summary>Secrets of one start of one container: files in memory that is never swapped out, read-only, gone with the container's end.</summary>
internal static class SecretMount
{
    /// <summary>Name of the file that holds variables, each with a zero byte behind it.</summary>
    public const string EnvironmentName = "environment";

    private const string ShownName = "shown";
    private const uint VariablesMode = 0x180; // 0600

    /// <summary>Mounts the memory at a directory of ours and writes the secrets into it.</summary>
    /// <param name="place">The directory.</param>
    /// <param name="secrets">What is asked, and what is secret of it; ids are the host's.</param>
    /// <returns>For each, where its file is; null for a variable.</returns>
    /// <exception cref="EngineException">PreconditionFailed: the kernel refuses.</exception>
    public static IReadOnlyList<string?> Attach(string place, IReadOnlyList<(SecretRequest Request, byte[] Data)> secrets)
    {
        try
        {
            using FileSystemContext context = FileSystemContext.Open("ramfs");
            context.Set("mode", "0755");
            using SafeFileHandle mount = context.Mount(MountAttributes.NoSetUid | MountAttributes.NoDevices | MountAttributes.NoExec);
            MountTree.Attach(mount, place);
            using DirFd directory = DirFd.Open(place);
            var variables = new MemoryStream();
            List<string?> files = [];
            for (int i = 0; i < secrets.Count; i++) { files.Add(Put(directory, place, i, secrets[i], variables)); }

            if (variables.Length > 0) { Write(directory, EnvironmentName, variables.GetBuffer().AsSpan(0, (int)variables.Length), VariablesMode); }

            MountTree.SetAttributes(mount, MountAttributes.ReadOnly, MountAttributes.None, isRecursive: false);
            return files;
        }
        catch (LinuxException failure)
        {
            throw new EngineException(ErrorCode.PreconditionFailed, $"secrets cannot be put into memory: {failure.Message}", "the kernel must have ramfs, and this user the right to mount it", failure);
        }
    }

    private static string? Put(DirFd directory, string place, int number, (SecretRequest Request, byte[] Data) secret, MemoryStream variables)
    {
        SecretRequest request = secret.Request;
        if (request.IsVariable)
        {
            variables.Write(Encoding.UTF8.GetBytes((request.Target.Length > 0 ? request.Target : request.Name) + "="));
            variables.Write(secret.Data.AsSpan(0, secret.Data.AsSpan().IndexOf((byte)0) is >= 0 and var zero ? zero : secret.Data.Length)); // a variable ends there
            variables.WriteByte(0);
            return null;
        }

        // What is below the usual directory is shown together, so that only that directory must be in the root file system.
        string? below = Below(request.Path);
        string name = below is null ? number.ToString(CultureInfo.InvariantCulture) : $"{ShownName}/{below}";
        if (below is not null) { MakeParents(directory, name); }

        Write(directory, name, secret.Data, (uint)request.Mode);
        Errno errno = directory.TrySetOwner(PathBytes.Encode(name), request.UserId, request.GroupId);
        return errno == Errno.None ? $"{place}/{name}" : throw new LinuxException("fchownat", request.Path, errno);
    }

    /// <summary>Directory that shows all secrets of the usual directory.</summary>
    public static string Shown(string place) => $"{place}/{ShownName}";

    /// <summary>Whether a secret is below the usual directory.</summary>
    public static bool IsShown(SecretRequest request) => !request.IsVariable && Below(request.Path) is not null;

    private static string? Below(string path) =>
        path.StartsWith(SecretRequest.Directory + "/", StringComparison.Ordinal) && !path.Split('/').Contains("..", StringComparer.Ordinal) ? path[(SecretRequest.Directory.Length + 1)..] : null;

    private static void MakeParents(DirFd directory, string path)
    {
        for (int slash = path.IndexOf('/', StringComparison.Ordinal); slash > 0; slash = path.IndexOf('/', slash + 1))
        {
            Errno errno = directory.TryMakeDirectory(PathBytes.Encode(path[..slash]), (uint)UnixMode.Readable);
            if (errno is not (Errno.None or Errno.EEXIST)) { throw new LinuxException("mkdirat", path, errno); }
        }
    }

    private static void Write(DirFd directory, string name, ReadOnlySpan<byte> data, uint mode)
    {
        using SafeFileHandle file = directory.OpenInside(name, OpenFlags.Write | OpenFlags.Create | OpenFlags.Exclusive | OpenFlags.NoFollow, VariablesMode);
        FileDescriptor.WriteAll(file, data, name);
        Errno errno = FileDescriptor.TrySetMode(file, mode);
        if (errno != Errno.None) { throw new LinuxException("fchmod", name, errno); }
    }
}

using System.Net.Sockets;
using System.Text;
using Inro.Engine;
using Inro.Linux.Files;

namespace Inro.Server;

/// <summary>The file name under which the server listens: one server at a time, a socket that a killed one left is replaced.</summary>
internal sealed class ApiSocket : IDisposable
{
    /// <summary>Owner and group may connect, nobody else.</summary>
    public const UnixFileMode Mode = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.GroupWrite;

    /// <summary>Longest address of a unix socket in bytes, without the zero byte. See unix(7).</summary>
    public const int MaxPathBytes = 107;

    private readonly FileStream claim;

    private ApiSocket(string path, FileStream claim)
    {
        Path = path;
        this.claim = claim;
    }

    /// <summary>Where clients connect.</summary>
    public string Path { get; }

    /// <summary>Where the server binds; <see cref="Publish"/> gives it its final name once its mode is right.</summary>
    public string PrivatePath => Path + ".new";

    /// <summary>Claims <paramref name="path"/> for this process.</summary>
    /// <exception cref="EngineException">AlreadyExists: a server listens there. InvalidArgument: the path cannot be an address.</exception>
    public static ApiSocket Claim(string path)
    {
        if (Encoding.UTF8.GetByteCount(path) + ".new".Length > MaxPathBytes)
        {
            throw new EngineException(ErrorCode.InvalidArgument, $"the socket's path '{path}' is longer than {MaxPathBytes - 4} bytes", "name a shorter one with --socket");
        }

        FileStream held;
        try
        {
            // FileShare.None is flock(2): it ends with the process, however that ends.
            held = new FileStream(path + ".lock", FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (DirectoryNotFoundException missing)
        {
            throw new EngineException(ErrorCode.NotFound, $"the directory of the socket '{path}' does not exist", $"mkdir -p '{System.IO.Path.GetDirectoryName(path)}'", missing);
        }
        catch (Exception refused) when (refused is IOException or UnauthorizedAccessException)
        {
            throw new EngineException(ErrorCode.AlreadyExists, $"cannot hold the socket '{path}': {refused.Message}", "stop the other inro serve, or name another path with --socket", refused);
        }

        if (IsAnswered(path))
        {
            held.Dispose();
            throw new EngineException(ErrorCode.AlreadyExists, $"another program listens on '{path}'", "name another path with --socket");
        }

        if (File.Exists(path) && (FileKind)(FileOwner.Of(path).Mode & (uint)FileKind.Mask) is not (FileKind.Socket or FileKind.SymbolicLink))
        {
            held.Dispose();
            throw new EngineException(ErrorCode.AlreadyExists, $"'{path}' is there, and is no socket", "name another path with --socket");
        }

        File.Delete(path + ".new");
        return new ApiSocket(path, held);
    }

    /// <summary>Puts the bound socket in the place that clients know, with its mode already set; replaces a stale one.</summary>
    public void Publish()
    {
        File.SetUnixFileMode(PrivatePath, Mode);
        File.Move(PrivatePath, Path, overwrite: true);
    }

    /// <summary>Takes the name away. The lock's file stays: deleting it would let two servers each lock one of their own.</summary>
    public void Dispose()
    {
        File.Delete(Path);
        claim.Dispose();
    }

    private static bool IsAnswered(string path)
    {
        if (!File.Exists(path)) { return false; }

        using Socket probe = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            probe.Connect(new UnixDomainSocketEndPoint(path));
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}

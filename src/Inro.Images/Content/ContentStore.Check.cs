using Inro.Images.Bytes;
using Inro.Linux;
using Inro.Linux.Files;
using Inro.Spec;

namespace Inro.Images.Content;

/// <content>Looking at every blob.</content>
public sealed partial class ContentStore
{
    /// <summary>Digests of all blobs that are there, in the order of their names.</summary>
    public IReadOnlyList<Digest> List()
    {
        List<Digest> found = [];
        if (root.TryOpenDirectory(PathBytes.Encode(BlobsDirectory), ResolveFlags.NoSymlinks, out DirFd? blobs) != Errno.None) { return found; }

        using (blobs)
        {
            foreach (byte[] algorithm in blobs!.List())
            {
                if (blobs.TryOpenDirectory(algorithm, ResolveFlags.NoSymlinks, out DirFd? directory) != Errno.None) { continue; }

                using (directory)
                {
                    foreach (byte[] name in directory!.List())
                    {
                        if (Digest.TryParse(Text(algorithm) + ":" + Text(name), out Digest digest)) { found.Add(digest); }
                    }
                }
            }
        }

        found.Sort();
        return found;
    }

    /// <summary>Reads a blob to its end: true where its bytes are those of its digest.</summary>
    /// <exception cref="BlobNotFoundException">It is not there.</exception>
    public bool IsWhole(Digest digest, CancellationToken ct)
    {
        using VerifyingStream bytes = OpenVerified(digest);
        byte[] buffer = new byte[StreamChunks.DefaultChunkBytes];
        try
        {
            while (bytes.Read(buffer) > 0) { ct.ThrowIfCancellationRequested(); }

            bytes.Finish();
            return true;
        }
        catch (BlobMismatchException) { return false; }
    }
}

using System.Buffers.Binary;
using Inro.Linux.Seccomp;

namespace Inro.Runtime.Resources;

/// <summary>The files of the filter cache: 8 bytes of magic, flags, length, a digest of key, flags and instructions, then the instructions.</summary>
internal sealed class SeccompFilterFiles(string directory)
{
    /// <summary>BPF_MAXINSNS.</summary>
    private const int MaxInstructions = 4096;
    private const int HeaderBytes = 16 + Blake2b256.DigestBytes;

    /// <summary>Profiles differ by capabilities and by hand; more than this many means that someone makes them by machine.</summary>
    private const int MaxFiles = 256;

    private static ReadOnlySpan<byte> Magic => "inrobpf1"u8;

    /// <summary>The filter, or null where there is none that can be trusted.</summary>
    public SeccompFilter? Find(SeccompKey key)
    {
        byte[]? file = SeccompFiles.TryRead(Path(key), HeaderBytes + (MaxInstructions * 8));
        if (file is null || file.Length <= HeaderBytes || !file.AsSpan().StartsWith(Magic)) { return null; }

        uint flags = BinaryPrimitives.ReadUInt32LittleEndian(file.AsSpan(8));
        uint length = BinaryPrimitives.ReadUInt32LittleEndian(file.AsSpan(12));
        ReadOnlyMemory<byte> program = file.AsMemory(HeaderBytes);
        bool whole = length == program.Length && length % 8 == 0 && Digest(key, file.AsSpan(8, 8), program.Span).AsSpan().SequenceEqual(file.AsSpan(16, Blake2b256.DigestBytes));
        return whole ? new SeccompFilter(program, flags) : null;
    }

    /// <summary>Writes a filter for later starts. The start at hand has it already, so a cache that cannot be written is no error.</summary>
    public void Store(SeccompKey key, SeccompFilter filter)
    {
        byte[] file = new byte[HeaderBytes + filter.Program.Length];
        Magic.CopyTo(file);
        BinaryPrimitives.WriteUInt32LittleEndian(file.AsSpan(8), filter.Flags);
        BinaryPrimitives.WriteUInt32LittleEndian(file.AsSpan(12), (uint)filter.Program.Length);
        Digest(key, file.AsSpan(8, 8), filter.Program.Span).CopyTo(file, 16);
        filter.Program.CopyTo(file.AsMemory(HeaderBytes));
        try
        {
            SeccompFiles.MakeDirectory(directory);
            Trim();
            SeccompFiles.Replace(directory, key.FileName, file);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // full disk, read-only state directory: the next start compiles again
        }
    }

    private static byte[] Digest(SeccompKey key, ReadOnlySpan<byte> header, ReadOnlySpan<byte> program)
    {
        var hash = new Blake2b256();
        hash.Add(key.Digest);
        hash.Add(header);
        hash.Add(program);
        return hash.Finish();
    }

    private string Path(SeccompKey key) => directory + "/" + key.FileName;

    // Filters of kernels that no longer run are never asked for again: the oldest go.
    private void Trim()
    {
        FileInfo[] files = new DirectoryInfo(directory).GetFiles();
        if (files.Length < MaxFiles) { return; }

        Array.Sort(files, (a, b) => a.LastWriteTimeUtc.CompareTo(b.LastWriteTimeUtc));
        foreach (FileInfo file in files.AsSpan(0, files.Length / 2)) { file.Delete(); }
    }
}

using System.Buffers.Text;
using System.Text;
using Inro.Linux.Files;

namespace Inro.Images.Layers.Tar;

/// <summary>What extension headers say about the entry that follows them. Later records win; a local header wins over the global one.</summary>
internal sealed class TarExtensions
{
    private const string SchilyPrefix = "SCHILY.xattr.";
    private const string LibarchivePrefix = "LIBARCHIVE.xattr.";

    private readonly List<TarAttribute> attributes = [];
    private readonly HashSet<string> schilyNames = new(StringComparer.Ordinal);
    private long? pendingRunOffset;

    public byte[]? Name { get; set; }

    public byte[]? LinkName { get; set; }

    public long? Size { get; private set; }

    public long? UserId { get; private set; }

    public long? GroupId { get; private set; }

    public TimeSpec? Modified { get; private set; }

    public TimeSpec? Accessed { get; private set; }

    public IReadOnlyList<TarAttribute> Attributes => attributes;

    /// <summary>Length of a sparse file, by GNU.sparse.size or .realsize.</summary>
    public long? SparseSize { get; private set; }

    /// <summary>Its real name; the header's is an invented one.</summary>
    public byte[]? SparseName { get; private set; }

    /// <summary>Its runs, of formats 0.0 and 0.1.</summary>
    public List<SparseRun>? SparseRuns { get; private set; }

    /// <summary>True for format 1.0, whose runs stand before the content.</summary>
    public bool SparseMapInData { get; private set; }

    /// <summary>Takes one record.</summary>
    /// <param name="key">Its key, bytes as Latin-1.</param>
    /// <param name="value">Its value; an empty one takes an earlier value back.</param>
    /// <param name="offset">For messages.</param>
    public void Apply(string key, byte[] value, long offset)
    {
        switch (key)
        {
            case "path": Name = Path(value, offset); break;
            case "linkpath": LinkName = Path(value, offset); break;
            case "size": Size = Number(key, value, offset); break;
            case "uid": UserId = Number(key, value, offset); break;
            case "gid": GroupId = Number(key, value, offset); break;
            case "mtime": Modified = Time(key, value, offset); break;
            case "atime": Accessed = Time(key, value, offset); break;
            case var _ when key.StartsWith("GNU.sparse.", StringComparison.Ordinal): ApplySparse(key["GNU.sparse.".Length..], value, offset); break;
            case var _ when key.StartsWith(SchilyPrefix, StringComparison.Ordinal):
                AddAttribute(key[SchilyPrefix.Length..], value, offset, schily: true);
                break;
            case var _ when key.StartsWith(LibarchivePrefix, StringComparison.Ordinal):
                AddAttribute(Unescape(key[LibarchivePrefix.Length..]), FromBase64(key, value, offset), offset, schily: false);
                break;
            default: break; // comment, charset, ctime, user and group names, and what others have invented
        }
    }

    private void ApplySparse(string key, byte[] value, long offset)
    {
        switch (key)
        {
            case "size" or "realsize": SparseSize = Number(key, value, offset); break;
            case "name": SparseName = Path(value, offset); break;
            case "major": SparseMapInData = Number(key, value, offset) == 1; break;
            case "numblocks": SparseRuns = []; break;
            case "offset": pendingRunOffset = Number(key, value, offset); break;
            case "numbytes":
                if (pendingRunOffset is not { } start) { throw new TarFormatException(offset, "a sparse run has no offset"); }

                AddRun(start, Number(key, value, offset) ?? 0, offset);
                pendingRunOffset = null;
                break;
            case "map": ApplyMap(value, offset); break;
            default: break;
        }
    }

    private void ApplyMap(ReadOnlySpan<byte> map, long offset)
    {
        SparseRuns = [];
        long? start = null;
        while (map.Length > 0)
        {
            int comma = map.IndexOf((byte)',');
            ReadOnlySpan<byte> text = comma < 0 ? map : map[..comma];
            if (!TarNumbers.TryDecimal(text, out long number)) { throw new TarFormatException(offset, "a sparse map holds something else than numbers"); }

            if (start is { } begin)
            {
                AddRun(begin, number, offset);
                start = null;
            }
            else
            {
                start = number;
            }

            map = comma < 0 ? default : map[(comma + 1)..];
        }

        if (start is not null) { throw new TarFormatException(offset, "a sparse map ends with half a run"); }
    }

    private void AddRun(long start, long length, long offset)
    {
        SparseRuns ??= [];
        if (SparseRuns.Count == TarLimits.MaxSparseRuns) { throw new TarFormatException(offset, $"a sparse file has more than {TarLimits.MaxSparseRuns} runs"); }

        SparseRuns.Add(new SparseRun(start, length));
    }

    private void AddAttribute(string name, byte[] value, long offset, bool schily)
    {
        // bsdtar writes each attribute in both spellings: the plain one is taken
        if (schily) { schilyNames.Add(name); }
        else if (schilyNames.Contains(name)) { return; }

        byte[] bytes = Encoding.Latin1.GetBytes(name + "\0");
        if (bytes.Length is 1 or > ExtendedAttributes.MaxNameBytes + 1 || Array.IndexOf(bytes, (byte)0) != bytes.Length - 1)
        {
            throw new TarFormatException(offset, "an extended attribute's name is empty, too long or holds a zero byte");
        }

        if (value.Length > ExtendedAttributes.MaxValueBytes) { throw new TarFormatException(offset, $"an extended attribute is longer than {ExtendedAttributes.MaxValueBytes} bytes"); }

        attributes.RemoveAll(a => a.Name.AsSpan().SequenceEqual(bytes));
        attributes.Add(new TarAttribute(bytes, value));
    }

    private static byte[]? Path(byte[] value, long offset) =>
        value.Length == 0 ? null
        : value.Length > TarLimits.MaxPathBytes ? throw new TarFormatException(offset, $"a path is longer than {TarLimits.MaxPathBytes} bytes")
        : Array.IndexOf(value, (byte)0) >= 0 ? throw new TarFormatException(offset, "a path holds a zero byte")
        : value;

    private static long? Number(string key, byte[] value, long offset) =>
        value.Length == 0 ? null
        : TarNumbers.TryDecimal(value, out long number) ? number
        : throw new TarFormatException(offset, $"the PAX record '{key}' is not a number");

    private static TimeSpec? Time(string key, byte[] value, long offset) =>
        value.Length == 0 ? null
        : TarNumbers.TryTime(value, out TimeSpec time) ? time
        : throw new TarFormatException(offset, $"the PAX record '{key}' is not a time");

    private static byte[] FromBase64(string key, byte[] value, long offset)
    {
        // libarchive leaves the padding out
        byte[] padded = [.. value, .. "===="u8[..((4 - (value.Length % 4)) % 4)]];
        byte[] plain = new byte[Base64.GetMaxDecodedFromUtf8Length(padded.Length)];
        return Base64.DecodeFromUtf8(padded, plain, out _, out int written) == System.Buffers.OperationStatus.Done
            ? plain[..written]
            : throw new TarFormatException(offset, $"the PAX record '{key}' is not base64");
    }

    // libarchive writes the bytes of a name that are special as %XX
    private static string Unescape(string name)
    {
        if (!name.Contains('%', StringComparison.Ordinal)) { return name; }

        var plain = new StringBuilder(name.Length);
        for (int i = 0; i < name.Length; i++)
        {
            bool escaped = name[i] == '%' && i + 2 < name.Length && char.IsAsciiHexDigit(name[i + 1]) && char.IsAsciiHexDigit(name[i + 2]);
            plain.Append(escaped ? (char)Convert.ToByte(name.Substring(i + 1, 2), 16) : name[i]);
            if (escaped) { i += 2; }
        }

        return plain.ToString();
    }
}

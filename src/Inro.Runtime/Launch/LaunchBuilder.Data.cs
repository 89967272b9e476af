using System.Buffers.Binary;

namespace Inro.Runtime.Launch;

public sealed partial class LaunchBuilder
{
    /// <summary>Prepared bytes, aligned to eight.</summary>
    public Data Bytes(ReadOnlySpan<byte> bytes)
    {
        Data data = Reserve(bytes.Length);
        _data.Write(data.Offset, bytes);
        return data;
    }

    /// <summary>Bytes of zero, aligned to eight, for the kernel or a store to fill.</summary>
    public Data Reserve(int length)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        _data.Align();
        int start = _data.Length;
        _data.Append(length);
        return Region(start, length, DataKind.Bytes);
    }

    /// <summary>A string as UTF-8 with a final zero, which the length counts.</summary>
    public Data String(string text)
    {
        int start = _data.Length;
        return Region(start, _data.AppendText(text), DataKind.Text);
    }

    /// <summary>An array of pointers to strings, ended by a null pointer: argv, envp.</summary>
    public Data StringArray(IReadOnlyList<string> items)
    {
        Data array = Reserve((items.Count + 1) * sizeof(ulong));
        for (int i = 0; i < items.Count; i++) { Point(array.At(i * sizeof(ulong)), String(items[i])); }
        _regions[RegionIndex(array)] = new DataRegion(array.Offset, array.Length, DataKind.TextArray);
        return array;
    }

    /// <summary>Makes the eight bytes at <paramref name="at"/> the address of <paramref name="target"/>: iovecs, message headers, argument structs.</summary>
    public void Point(Data at, Data target)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(at.Length, sizeof(ulong), nameof(at));
        _data.WriteUInt64(at.Offset, (ulong)target.Offset);
        _relocations.Add(at.Offset);
    }

    /// <summary>Overwrites the start of prepared bytes with a number of eight bytes.</summary>
    public void Put(Data at, ulong value)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(at.Length, sizeof(ulong), nameof(at));
        _data.WriteUInt64(at.Offset, value);
    }

    /// <summary>Overwrites the start of prepared bytes with a number of four bytes.</summary>
    public void Put(Data at, uint value)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(at.Length, sizeof(uint), nameof(at));
        Span<byte> bytes = stackalloc byte[sizeof(uint)];
        BinaryPrimitives.WriteUInt32LittleEndian(bytes, value);
        _data.Write(at.Offset, bytes);
    }

    private Data Region(int start, int length, DataKind kind)
    {
        _regions.Add(new DataRegion(start, length, kind));
        return new Data(start, length);
    }

    private int RegionIndex(Data data)
    {
        int low = 0;
        int high = _regions.Count - 1;
        while (low < high)
        {
            int middle = (low + high + 1) / 2;
            if (_regions[middle].Offset <= data.Offset) { low = middle; }
            else { high = middle - 1; }
        }

        return low;
    }
}

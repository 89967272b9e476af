using System.Buffers.Binary;

namespace Inro.Runtime.Launch;

public sealed partial class LaunchBuilder
{
    /// <summary>Prepared bytes, aligned to eight.</summary>
    public Data Bytes(ReadOnlySpan<byte> bytes)
    {
        Data place = Reserve(bytes.Length);
        data.Write(place.Offset, bytes);
        return place;
    }

    /// <summary>Bytes of zero, aligned to eight, for the kernel or a store to fill.</summary>
    public Data Reserve(int length)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        data.Align();
        int start = data.Length;
        data.Append(length);
        return Region(start, length, DataKind.Bytes);
    }

    /// <summary>A string as UTF-8 with a final zero, which the length counts.</summary>
    public Data String(string text)
    {
        int start = data.Length;
        return Region(start, data.AppendText(text), DataKind.Text);
    }

    /// <summary>An array of pointers to strings, ended by a null pointer: argv, envp.</summary>
    public Data StringArray(IReadOnlyList<string> items)
    {
        Data array = Reserve((items.Count + 1) * sizeof(ulong));
        for (int i = 0; i < items.Count; i++) { Point(array.At(i * sizeof(ulong)), String(items[i])); }
        regions[RegionIndex(array)] = new DataRegion(array.Offset, array.Length, DataKind.TextArray);
        return array;
    }

    /// <summary>Makes the eight bytes at <paramref name="at"/> the address of <paramref name="target"/>: iovecs, message headers, argument structs.</summary>
    public void Point(Data at, Data target)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(at.Length, sizeof(ulong), nameof(at));
        data.WriteUInt64(at.Offset, (ulong)target.Offset);
        relocations.Add(at.Offset);
    }

    /// <summary>Overwrites the start of prepared bytes with a number of eight bytes.</summary>
    public void Put(Data at, ulong value)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(at.Length, sizeof(ulong), nameof(at));
        data.WriteUInt64(at.Offset, value);
    }

    /// <summary>Overwrites the start of prepared bytes with a number of four bytes.</summary>
    public void Put(Data at, uint value)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(at.Length, sizeof(uint), nameof(at));
        Span<byte> bytes = stackalloc byte[sizeof(uint)];
        BinaryPrimitives.WriteUInt32LittleEndian(bytes, value);
        data.Write(at.Offset, bytes);
    }

    private Data Region(int start, int length, DataKind kind)
    {
        regions.Add(new DataRegion(start, length, kind));
        return new Data(start, length);
    }

    private int RegionIndex(Data data)
    {
        int low = 0;
        int high = regions.Count - 1;
        while (low < high)
        {
            int middle = (low + high + 1) / 2;
            if (regions[middle].Offset <= data.Offset) { low = middle; }
            else { high = middle - 1; }
        }

        return low;
    }
}

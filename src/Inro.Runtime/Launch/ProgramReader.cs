using System.Buffers.Binary;
using System.Text;
using Inro.Linux;

namespace Inro.Runtime.Launch;

/// <summary>Reads a finished program back, for people: from its bytes, so that what is shown is what the walker gets.</summary>
internal sealed class ProgramReader(ProgramParts program)
{
    private readonly int operations = BinaryPrimitives.ReadInt32LittleEndian(program.Bytes.AsSpan(LaunchFormat.OperationsOffset));
    private readonly int data = BinaryPrimitives.ReadInt32LittleEndian(program.Bytes.AsSpan(LaunchFormat.OperationsOffset + 4));

    /// <summary>How many arguments the operation was given.</summary>
    public int ArgumentCount(int index) => UInt16(index, LaunchFormat.OpArgumentCount);

    /// <summary>One argument, as data for people.</summary>
    public ShownArgument Argument(int index, int position)
    {
        var kind = (ArgumentKind)((UInt16(index, LaunchFormat.OpArgumentKinds) >> (2 * position)) & 3);
        long value = BinaryPrimitives.ReadInt64LittleEndian(Operation(index)[(LaunchFormat.OpArguments + (position * sizeof(long)))..]);
        return kind switch
        {
            ArgumentKind.Slot => new ShownArgument { Slot = program.Slots[(int)value].Name },
            ArgumentKind.Pointer => Pointer((int)value),
            _ => new ShownArgument { Number = value },
        };
    }

    /// <summary>Name of the slot that gets the result, or null.</summary>
    public string? Result(int index) => SlotName(UInt16(index, LaunchFormat.OpResult));

    /// <summary>Name of the slot that decides whether the operation is done, or null.</summary>
    public string? When(int index, out bool wantsSet)
    {
        ushort when = UInt16(index, LaunchFormat.OpWhen);
        wantsSet = (when & LaunchFormat.WantsUnset) == 0;
        return when == LaunchFormat.NoSlot ? null : SlotName((ushort)(when & ~LaunchFormat.WantsUnset));
    }

    /// <summary>The errors after which the launch goes on.</summary>
    public List<Errno> Tolerated(int index)
    {
        List<Errno> tolerated = [];
        for (int i = 0; i < LaunchFormat.MaxTolerated; i++)
        {
            ushort errno = UInt16(index, LaunchFormat.OpTolerated + (i * sizeof(ushort)));
            if (errno != 0) { tolerated.Add((Errno)errno); }
        }

        return tolerated;
    }

    private ReadOnlySpan<byte> Data => program.Bytes.AsSpan(data);

    private ReadOnlySpan<byte> Operation(int index) =>
        program.Bytes.AsSpan(operations + (index * LaunchFormat.OperationBytes), LaunchFormat.OperationBytes);

    private ushort UInt16(int index, int offset) => BinaryPrimitives.ReadUInt16LittleEndian(Operation(index)[offset..]);

    private string? SlotName(ushort slot) => slot == LaunchFormat.NoSlot ? null : program.Slots[slot].Name;

    private ShownArgument Pointer(int offset)
    {
        DataRegion region = Region(offset);
        return region.Kind switch
        {
            DataKind.Text => new ShownArgument { Text = TextAt(offset) },
            DataKind.TextArray => new ShownArgument { Texts = TextsIn(region) },
            _ => new ShownArgument { Bytes = Data[offset..(region.Offset + region.Length)].ToArray() },
        };
    }

    private string TextAt(int offset)
    {
        ReadOnlySpan<byte> rest = Data[offset..];
        return Encoding.UTF8.GetString(rest[..rest.IndexOf((byte)0)]);
    }

    private string[] TextsIn(DataRegion region)
    {
        var texts = new string[(region.Length / sizeof(ulong)) - 1];
        for (int i = 0; i < texts.Length; i++)
        {
            texts[i] = TextAt((int)BinaryPrimitives.ReadInt64LittleEndian(Data[(region.Offset + (i * sizeof(ulong)))..]));
        }

        return texts;
    }

    /// <summary>The last region that begins at or before <paramref name="offset"/>.</summary>
    private DataRegion Region(int offset)
    {
        int low = 0;
        int high = program.Regions.Count - 1;
        while (low < high)
        {
            int middle = (low + high + 1) / 2;
            if (program.Regions[middle].Offset <= offset) { low = middle; }
            else { high = middle - 1; }
        }

        return program.Regions[low];
    }
}

/// <summary>An argument as people see it; one of the properties is set.</summary>
internal readonly record struct ShownArgument
{
    /// <summary>An immediate number.</summary>
    public long? Number { get; init; }

    /// <summary>Name of the slot whose content is passed.</summary>
    public string? Slot { get; init; }

    /// <summary>A string.</summary>
    public string? Text { get; init; }

    /// <summary>An array of strings.</summary>
    public string[]? Texts { get; init; }

    /// <summary>Other prepared bytes, as they are before the walk.</summary>
    public byte[]? Bytes { get; init; }
}

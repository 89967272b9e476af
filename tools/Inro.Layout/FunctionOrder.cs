using System.Buffers.Binary;

namespace Inro.Layout;

/// <summary>
/// Moves functions within the one code section of an object file that the ahead-of-time compiler wrote: wanted ones first, in the order
/// asked for, the others after them as they stood.
/// </summary>
/// <remarks>
/// Tables and unwinding data reach a function through its symbol; calls within the section are already resolved to distances. So what
/// follows a move are the symbols' values, the places that relocations patch, and the distances (<see cref="CodeDistances"/>). A
/// relocation against the section itself would be an address into the middle of the code, so such an object is refused: debugging
/// sections are not compiled.
/// </remarks>
internal static class FunctionOrder
{
    public const string CodeSection = "__managedcode";
    private const int Alignment = 16;
    private const int RelocationBytes = 24;
    private const int Relocations = 4;
    private const byte Trap = 0xcc;

    /// <returns>How many of the wanted functions were found.</returns>
    /// <exception cref="InvalidDataException">The object is not of the known shape; nothing was changed.</exception>
    public static int Apply(byte[] file, IReadOnlyList<string> wanted)
    {
        var image = new ElfImage(file);
        ElfSection code = image.Section(CodeSection);
        IReadOnlyList<ElfSymbol> symbols = image.Symbols();
        RefuseSectionReferences(image, symbols, code);
        RefuseInnerFunctions(symbols, code);
        List<Block> blocks = Blocks(symbols, code);
        int found = Arrange(blocks, symbols, code, wanted);
        Move(image, symbols, code, blocks);
        return found;
    }

    private static void RefuseSectionReferences(ElfImage image, IReadOnlyList<ElfSymbol> symbols, ElfSection code)
    {
        foreach (ElfSection section in image.Sections)
        {
            if (section.Type != Relocations)
            {
                continue;
            }

            ReadOnlySpan<byte> entries = image.Bytes(section);
            for (int at = 0; at < entries.Length; at += RelocationBytes)
            {
                ElfSymbol target = symbols[(int)BinaryPrimitives.ReadUInt32LittleEndian(entries[(at + 12)..])];
                if (target.IsSection && target.Section == code.Index)
                {
                    throw new InvalidDataException($"{section.Name} refers to {code.Name} by its section: compile without debugging sections");
                }
            }
        }
    }

    // A compiler may name a part of a function, a handler of exceptions say, as a function of its own: tables reach it by its distance from the whole one's start.
    private static void RefuseInnerFunctions(IReadOnlyList<ElfSymbol> symbols, ElfSection code)
    {
        long start = 0;
        long end = 0;
        foreach (ElfSymbol symbol in symbols.Where(symbol => symbol.IsFunction && symbol.Section == code.Index).OrderBy(symbol => symbol.Value))
        {
            if (symbol.Value > start && symbol.Value < end)
            {
                throw new InvalidDataException($"{symbol.Name} begins inside of another function of {code.Name}, of which a half cannot be moved");
            }

            (start, end) = (symbol.Value, Math.Max(end, symbol.Value + symbol.Size));
        }
    }

    // One block for each function, up to the next one's start: padding travels with the function before it.
    private static List<Block> Blocks(IReadOnlyList<ElfSymbol> symbols, ElfSection code)
    {
        var starts = new SortedSet<long>(symbols.Where(symbol => symbol.IsFunction && symbol.Section == code.Index).Select(symbol => symbol.Value));
        if (starts.FirstOrDefault(-1) != 0 || starts.Any(start => start % Alignment != 0))
        {
            throw new InvalidDataException($"the functions of {code.Name} do not all begin at multiples of {Alignment}, or not at its start");
        }

        var blocks = new List<Block>(starts.Select(start => new Block(start)));
        for (int i = 0; i < blocks.Count; i++)
        {
            blocks[i].Size = (int)((i + 1 < blocks.Count ? blocks[i + 1].Start : code.Size) - blocks[i].Start);
        }

        return blocks;
    }

    private static int Arrange(List<Block> blocks, IReadOnlyList<ElfSymbol> symbols, ElfSection code, IReadOnlyList<string> wanted)
    {
        var ranks = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (string name in wanted)
        {
            ranks.TryAdd(name, ranks.Count);
        }

        Dictionary<long, Block> byStart = blocks.ToDictionary(block => block.Start);
        int found = 0;
        foreach (ElfSymbol symbol in symbols)
        {
            if (symbol.IsFunction && symbol.Section == code.Index && ranks.TryGetValue(symbol.Name, out int rank))
            {
                byStart[symbol.Value].Rank = Math.Min(byStart[symbol.Value].Rank, rank);
                found++;
            }
        }

        blocks[^1].Rank = int.MaxValue; // the last one is not padded, so only there it fits
        blocks.Sort((a, b) => a.Rank != b.Rank ? a.Rank.CompareTo(b.Rank) : a.Start.CompareTo(b.Start));
        return found;
    }

    private static void Move(ElfImage image, IReadOnlyList<ElfSymbol> symbols, ElfSection code, List<Block> blocks)
    {
        int end = 0;
        foreach (Block block in blocks)
        {
            block.NewStart = end;
            end = (end + block.Size + Alignment - 1) / Alignment * Alignment;
        }

        blocks.Sort((a, b) => a.Start.CompareTo(b.Start));
        Span<byte> relocations = image.Bytes(image.Section(".rela" + code.Name));
        var distances = new CodeDistances(relocations, target => Moved(blocks, target));
        byte[] original = image.Bytes(code).ToArray();
        byte[] moved = new byte[code.Size];
        moved.AsSpan().Fill(Trap);
        foreach (Block block in blocks)
        {
            distances.Copy(original, (int)block.Start, moved.AsSpan((int)block.NewStart, block.Size));
        }

        PatchReferences(image, symbols, code, relocations, blocks);
        moved.CopyTo(image.Bytes(code));
    }

    private static void PatchReferences(ElfImage image, IReadOnlyList<ElfSymbol> symbols, ElfSection code, Span<byte> relocations, List<Block> blocks)
    {
        foreach (ElfSymbol symbol in symbols)
        {
            if (symbol.Section == code.Index && !symbol.IsSection)
            {
                image.MoveSymbol(symbol, Moved(blocks, symbol.Value));
            }
        }

        for (int at = 0; at < relocations.Length; at += RelocationBytes)
        {
            long place = BinaryPrimitives.ReadInt64LittleEndian(relocations[at..]);
            BinaryPrimitives.WriteInt64LittleEndian(relocations[at..], Moved(blocks, place));
        }
    }

    private static long Moved(List<Block> blocks, long offset)
    {
        int low = 0;
        for (int high = blocks.Count - 1; low < high;)
        {
            int middle = (low + high + 1) / 2;
            (low, high) = blocks[middle].Start <= offset ? (middle, high) : (low, middle - 1);
        }

        return offset - blocks[low].Start + blocks[low].NewStart;
    }

    private sealed class Block(long start)
    {
        public long Start { get; } = start;

        /// <summary>With the padding behind it.</summary>
        public int Size { get; set; }

        public int Rank { get; set; } = int.MaxValue;

        public long NewStart { get; set; }
    }
}

using System.Buffers.Binary;
using System.Text;

namespace Inro.Layout;

/// <summary>The sections and symbols of a 64-bit little-endian ELF file, read from its bytes. See elf(5).</summary>
internal sealed class ElfImage
{
    private const int SectionHeaderBytes = 64;
    private const int SymbolBytes = 24;
    private const int SymbolTable = 2;
    private const byte Function = 2;

    private readonly byte[] file;
    private readonly List<ElfSection> sections = [];

    /// <param name="file">The whole file; what is written through this object is written there.</param>
    /// <exception cref="InvalidDataException">It is not a 64-bit little-endian ELF file.</exception>
    public ElfImage(byte[] file)
    {
        if (file.Length < SectionHeaderBytes || !file.AsSpan(0, 6).SequenceEqual("\u007fELF\u0002\u0001"u8))
        {
            throw new InvalidDataException("not a 64-bit little-endian ELF file");
        }

        this.file = file;
        int table = checked((int)Read64(0x28));
        int count = Read16(0x3c);
        int names = table + (Read16(0x3e) * SectionHeaderBytes);
        int namesOffset = (int)Read64(names + 24);
        for (int i = 0; i < count; i++)
        {
            int header = table + (i * SectionHeaderBytes);
            sections.Add(new ElfSection(
                i, Text(namesOffset + (int)Read32(header)), (int)Read32(header + 4), (int)Read64(header + 24), (int)Read64(header + 32), (int)Read32(header + 40), Read64(header + 16)));
        }
    }

    public IReadOnlyList<ElfSection> Sections => sections;

    /// <exception cref="InvalidDataException">There is no such section.</exception>
    public ElfSection Section(string name) =>
        sections.Find(section => section.Name == name) ?? throw new InvalidDataException($"no section {name}");

    /// <summary>Every symbol, in the order of the table, so that a relocation's index finds it.</summary>
    public IReadOnlyList<ElfSymbol> Symbols()
    {
        ElfSection table = sections.Find(section => section.Type == SymbolTable) ?? throw new InvalidDataException("no symbol table");
        int names = sections[table.Link].Offset;
        var symbols = new List<ElfSymbol>(table.Size / SymbolBytes);
        for (int at = table.Offset; at < table.Offset + table.Size; at += SymbolBytes)
        {
            symbols.Add(new ElfSymbol(
                at, Text(names + (int)Read32(at)), (file[at + 4] & 15) == Function, (file[at + 4] & 15) == 3, Read16(at + 6), (long)Read64(at + 8), (long)Read64(at + 16)));
        }

        return symbols;
    }

    public Span<byte> Bytes(ElfSection section) => file.AsSpan(section.Offset, section.Size);

    public void MoveSymbol(ElfSymbol symbol, long value) => Write64(symbol.Entry + 8, (ulong)value);

    private string Text(int offset) => Encoding.UTF8.GetString(file.AsSpan(offset, file.AsSpan(offset).IndexOf((byte)0)));

    private ushort Read16(int offset) => BinaryPrimitives.ReadUInt16LittleEndian(file.AsSpan(offset));

    private uint Read32(int offset) => BinaryPrimitives.ReadUInt32LittleEndian(file.AsSpan(offset));

    private ulong Read64(int offset) => BinaryPrimitives.ReadUInt64LittleEndian(file.AsSpan(offset));

    private void Write64(int offset, ulong value) => BinaryPrimitives.WriteUInt64LittleEndian(file.AsSpan(offset), value);
}

/// <param name="Link">For a symbol table: the section of its names.</param>
/// <param name="Address">In memory; 0 in an object file.</param>
internal sealed record ElfSection(int Index, string Name, int Type, int Offset, int Size, int Link, ulong Address);

/// <param name="Entry">Where its entry stands in the file.</param>
/// <param name="Section">The index of the section that defines it.</param>
internal sealed record ElfSymbol(int Entry, string Name, bool IsFunction, bool IsSection, int Section, long Value, long Size);

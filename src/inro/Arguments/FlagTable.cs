using Inro.Engine;
using Inro.Spec;

namespace Inro.Cli.Arguments;

/// <summary>The flags of one verb, in the order in which the help shows them (by name).</summary>
internal sealed class FlagTable
{
    private readonly List<Flag> flags = [];

    /// <summary>All flags, in the order in which they were added.</summary>
    public IReadOnlyList<Flag> Flags => flags;

    public FlagTable Add(Flag flag)
    {
        flags.Add(flag);
        return this;
    }

    /// <summary>A switch: <c>--x</c>, <c>--x=false</c>.</summary>
    public FlagTable Switch(string name, char letter, string help, Action<bool> set, bool initially = false) => Add(new Flag
    {
        Name = name,
        Letter = letter,
        Help = help,
        Default = initially ? "true" : null,
        ValueWhenBare = "true",
        Set = text => set(FlagValue.Boolean(text)),
    });

    /// <summary>A flag with one text; the last one typed wins.</summary>
    public FlagTable Text(string name, char letter, string help, Action<string> set, string value = "string", string? initially = null, Completion offers = default) => Add(new Flag
    {
        Name = name,
        Letter = letter,
        ValueName = value,
        Help = help,
        Default = initially is null ? null : $"\"{initially}\"",
        Set = set,
        Offers = offers,
    });

    /// <summary>A flag that may be repeated; each value is given to <paramref name="add"/> in order.</summary>
    public FlagTable List(string name, char letter, string help, Action<string> add, string value = "list", Completion offers = default) =>
        Text(name, letter, help, add, value, initially: null, offers);

    /// <summary>A whole number.</summary>
    public FlagTable Number(string name, char letter, string help, Action<long> set, string? initially = null, long least = long.MinValue, long most = long.MaxValue) => Add(new Flag
    {
        Name = name,
        Letter = letter,
        ValueName = "int",
        Help = help,
        Default = initially,
        Set = text => set(FlagValue.Whole(text, least, most)),
    });

    /// <summary>A size such as <c>512m</c>; given on in bytes.</summary>
    public FlagTable Bytes(string name, char letter, string help, Action<long> setBytes) => Add(new Flag
    {
        Name = name,
        Letter = letter,
        ValueName = "bytes",
        Help = help,
        Set = text => setBytes(ByteSize.Parse(text)),
    });

    /// <summary><c>--platform</c>: <c>linux/arm64</c>.</summary>
    public FlagTable Platform(string help, Action<Platform> set) => Text("platform", '\0', help + ": os[/arch[/variant]]", text => set(PlatformArgument.Parse(text)));

    /// <summary><c>--disable-content-trust</c>, which scripts give: true is what is done anyway, and false cannot be had.</summary>
    public FlagTable ContentTrust() => Add(new Flag
    {
        Name = "disable-content-trust",
        Help = "Skip image verification (there is none of this kind: its servers have ended)",
        Default = "true",
        ValueWhenBare = "true",
        Set = static text =>
        {
            if (!FlagValue.Boolean(text)) { throw new FormatException("the servers of docker's content trust have ended; name the image by its digest: NAME@sha256:…"); }
        },
        IsHidden = true,
    });

    /// <summary>The flag with this long name, or null.</summary>
    public Flag? Find(ReadOnlySpan<char> name)
    {
        foreach (Flag flag in flags)
        {
            if (name.SequenceEqual(flag.Name)) { return flag; }
        }

        return null;
    }

    /// <summary>The flag with this letter, or null.</summary>
    public Flag? Find(char letter)
    {
        foreach (Flag flag in flags)
        {
            if (flag.Letter == letter) { return flag; }
        }

        return null;
    }
}

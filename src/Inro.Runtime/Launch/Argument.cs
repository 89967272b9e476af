namespace Inro.Runtime.Launch;

/// <summary>One argument of a system call: a number, the address of prepared bytes, or what a slot holds at run time.</summary>
/// <remarks>Converts by itself from numbers, <see cref="Slot"/>, <see cref="Data"/> and strings; a string becomes prepared bytes that end with zero.</remarks>
public readonly struct Argument
{
    private Argument(ArgumentKind kind, long value, string? text = null)
    {
        Kind = kind;
        Value = value;
        Text = text;
    }

    internal ArgumentKind Kind { get; }

    internal long Value { get; }

    internal string? Text { get; }

    /// <summary>A null pointer.</summary>
    public static Argument Null => default;

    /// <summary>A number as it is.</summary>
    public static implicit operator Argument(int value) => new(ArgumentKind.Immediate, value);

    /// <summary>A number as it is.</summary>
    public static implicit operator Argument(uint value) => new(ArgumentKind.Immediate, value);

    /// <summary>A number as it is.</summary>
    public static implicit operator Argument(long value) => new(ArgumentKind.Immediate, value);

    /// <summary>A number as it is.</summary>
    public static implicit operator Argument(ulong value) => new(ArgumentKind.Immediate, unchecked((long)value));

    /// <summary>The content of a slot when the operation runs.</summary>
    public static implicit operator Argument(Slot slot) => new(ArgumentKind.Slot, slot.Number);

    /// <summary>The address of prepared bytes.</summary>
    public static implicit operator Argument(Data data) => new(ArgumentKind.Pointer, data.Offset);

    /// <summary>The address of a string that ends with zero.</summary>
    public static implicit operator Argument(string text) => new(ArgumentKind.Text, 0, text);
}

/// <summary>How the walker makes the value of an argument. The first three are values of the program's format.</summary>
internal enum ArgumentKind
{
    Immediate = 0,
    Pointer = 1,
    Slot = 2,
    Text = 3,
}

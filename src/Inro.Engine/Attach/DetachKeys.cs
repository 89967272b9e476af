using System.Collections.Immutable;

namespace Inro.Engine.Attach;

/// <summary>A sequence of keys that leaves a process running, in docker's grammar: <c>ctrl-p,ctrl-q</c>.</summary>
/// <remarks>
/// Keys are separated by commas. A key is one character, or <c>ctrl-</c> followed by a letter or one of <c>@ [ \ ] ^ _</c>.
/// </remarks>
public sealed class DetachKeys
{
    /// <summary>More keys than anybody types.</summary>
    public const int MaxKeys = 16;

    private DetachKeys(ImmutableArray<byte> bytes) => Bytes = bytes;

    /// <summary><c>ctrl-p,ctrl-q</c>.</summary>
    public static DetachKeys Default { get; } = new([0x10, 0x11]);

    /// <summary>No key detaches.</summary>
    public static DetachKeys None { get; } = new([]);

    /// <summary>The bytes that a terminal sends for the keys.</summary>
    public ImmutableArray<byte> Bytes { get; }

    /// <summary>Reads docker's notation; an empty text means <see cref="None"/>.</summary>
    /// <exception cref="FormatException">A key that the grammar does not know.</exception>
    public static DetachKeys Parse(string text)
    {
        if (text.Length == 0) { return None; }

        string[] keys = text.Split(',', MaxKeys + 1);
        if (keys.Length > MaxKeys) { throw new FormatException($"detach keys '{text}': more than {MaxKeys} keys"); }

        var bytes = ImmutableArray.CreateBuilder<byte>(keys.Length);
        foreach (string key in keys) { bytes.Add(Key(key, text)); }

        return new DetachKeys(bytes.MoveToImmutable());
    }

    private static byte Key(string key, string text) => key switch
    {
        [var single] when single < 0x80 => (byte)single,
        ['c', 't', 'r', 'l', '-', var letter and >= 'a' and <= 'z'] => (byte)(letter - 'a' + 1),
        ['c', 't', 'r', 'l', '-', '@'] => 0x00,
        ['c', 't', 'r', 'l', '-', var sign and >= '[' and <= '_'] => (byte)(sign - '[' + 0x1b),
        _ => throw new FormatException($"detach keys '{text}': unknown key '{key}'"),
    };
}

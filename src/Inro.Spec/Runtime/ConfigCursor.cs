using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json;

namespace Inro.Spec.Runtime;

/// <summary>Walks a JSON document field by field and knows, without allocating, where it is.</summary>
/// <remarks>
/// A field whose value is null counts as absent. <see cref="Is"/> must be called in the same order in every round of one object:
/// its position is the field's number, by which a second field of the same name is refused.
/// </remarks>
internal ref struct ConfigCursor
{
    /// <summary>Deepest nesting that is read; the specification needs eight.</summary>
    public const int MaxDepth = 32;

    private readonly ReadOnlySpan<byte> document;
    private Utf8JsonReader json;
    private Frames frames;
    private int depth;

    public ConfigCursor(ReadOnlySpan<byte> document)
    {
        this.document = document;
        json = new Utf8JsonReader(document, new JsonReaderOptions { MaxDepth = MaxDepth });
        Read();
    }

    /// <summary>Enters the object that the cursor is on.</summary>
    public void BeginObject()
    {
        Expect(JsonTokenType.StartObject, "an object");
        Push(isArray: false);
    }

    /// <summary>Enters the array that the cursor is on.</summary>
    public void BeginArray()
    {
        Expect(JsonTokenType.StartArray, "an array");
        Push(isArray: true);
    }

    /// <summary>Moves to the next element's value; false, and out of the array, at its end.</summary>
    public bool NextElement()
    {
        Read();
        if (json.TokenType == JsonTokenType.EndArray)
        {
            depth--;
            return false;
        }

        frames[depth].Index++;
        return true;
    }

    /// <summary>Moves to the next field's value, past those that are null; false, and out of the object, at its end.</summary>
    public bool NextField()
    {
        while (true)
        {
            Read();
            if (json.TokenType == JsonTokenType.EndObject)
            {
                depth--;
                return false;
            }

            ref Frame frame = ref frames[depth];
            frame.NameStart = (int)json.TokenStartIndex + 1;
            frame.NameLength = json.ValueSpan.Length;
            frame.Questions = 0;
            frame.Escaped = json.ValueIsEscaped;
            Read();
            if (json.TokenType != JsonTokenType.Null) { return true; }
        }
    }

    /// <summary>Whether the field has this name. A known field that appears twice is an error.</summary>
    public bool Is(ReadOnlySpan<byte> name)
    {
        ref Frame frame = ref frames[depth];
        ulong bit = 1UL << frame.Questions++;
        bool same = frame.Escaped
            ? string.Equals(Name(), Encoding.UTF8.GetString(name), StringComparison.Ordinal)
            : document.Slice(frame.NameStart, frame.NameLength).SequenceEqual(name);
        if (!same) { return false; }

        if ((frame.Seen & bit) != 0) { throw Wrong("is given twice"); }

        frame.Seen |= bit;
        return true;
    }

    /// <summary>The field's name, for maps.</summary>
    public readonly string Name()
    {
        ReadOnlySpan<byte> raw = document.Slice(frames[depth].NameStart, frames[depth].NameLength);
        if (!frames[depth].Escaped) { return Encoding.UTF8.GetString(raw); }

        var unescape = new Utf8JsonReader(document.Slice(frames[depth].NameStart - 1, raw.Length + 2));
        unescape.Read();
        return unescape.GetString()!; // a JSON string token is never null
    }

    /// <summary>Passes over a value that is of no interest.</summary>
    public void Skip()
    {
        try
        {
            json.Skip();
        }
        catch (JsonException e)
        {
            throw Broken(e);
        }
    }

    /// <summary>Reads a string.</summary>
    public string String()
    {
        Expect(JsonTokenType.String, "a string");
        try
        {
            return json.GetString()!; // a string token is never null
        }
        catch (InvalidOperationException e) // bytes that are not UTF-8, or half a surrogate pair
        {
            throw Wrong("is not valid text", e);
        }
    }

    /// <summary>Reads true or false.</summary>
    public readonly bool Boolean() => json.TokenType switch
    {
        JsonTokenType.True => true,
        JsonTokenType.False => false,
        _ => throw Mismatch("true or false"),
    };

    /// <summary>Reads a whole number.</summary>
    public readonly long Int64() =>
        json.TokenType == JsonTokenType.Number && json.TryGetInt64(out long value) ? value : throw Mismatch("a whole number");

    /// <summary>Reads a whole number of 32 bits.</summary>
    public readonly int Int32() =>
        json.TokenType == JsonTokenType.Number && json.TryGetInt32(out int value) ? value : throw Mismatch("a whole number of 32 bits");

    /// <summary>Reads a number from 0 to 2^64-1.</summary>
    public readonly ulong UInt64() =>
        json.TokenType == JsonTokenType.Number && json.TryGetUInt64(out ulong value) ? value : throw Mismatch("a whole number, not negative");

    /// <summary>Reads a number from 0 to 2^32-1.</summary>
    public readonly uint UInt32() =>
        json.TokenType == JsonTokenType.Number && json.TryGetUInt32(out uint value) ? value : throw Mismatch("a whole number from 0 to 4294967295");

    /// <summary>Reads a number from 0 to 65535.</summary>
    public readonly ushort UInt16() =>
        json.TokenType == JsonTokenType.Number && json.TryGetUInt16(out ushort value) ? value : throw Mismatch("a whole number from 0 to 65535");

    /// <summary>Reads an array of strings.</summary>
    public string[] Strings()
    {
        var list = new List<string>();
        BeginArray();
        while (NextElement()) { list.Add(String()); }

        return [.. list];
    }

    /// <summary>Reads an object whose values are strings; a name that appears twice is an error.</summary>
    public Dictionary<string, string> StringMap()
    {
        var map = new Dictionary<string, string>(StringComparer.Ordinal);
        BeginObject();
        while (NextField())
        {
            if (!map.TryAdd(Name(), String())) { throw Wrong("is given twice"); }
        }

        return map;
    }

    /// <summary>Makes sure that nothing follows the document.</summary>
    public void End()
    {
        try
        {
            if (json.Read()) { throw new RuntimeConfigException("", "something follows the document"); }
        }
        catch (JsonException e)
        {
            throw new RuntimeConfigException("", "something follows the document", e);
        }
    }

    /// <summary>Makes the error for the current value.</summary>
    public readonly RuntimeConfigException Wrong(string problem, Exception? cause = null) => new(Where(), problem, cause);

    /// <summary>Makes the error for a field that must be there; call it after the object was left.</summary>
    public readonly RuntimeConfigException Missing(string field)
    {
        string parent = Where();
        return new(parent.Length == 0 ? field : $"{parent}.{field}", "is required");
    }

    private void Expect(JsonTokenType type, string what)
    {
        if (json.TokenType != type) { throw Mismatch(what); }
    }

    private readonly RuntimeConfigException Mismatch(string expected)
    {
        string found = json.TokenType switch
        {
            JsonTokenType.StartObject => "an object",
            JsonTokenType.StartArray => "an array",
            JsonTokenType.String => "a string",
            JsonTokenType.Number => "the number " + Encoding.UTF8.GetString(json.ValueSpan[..Math.Min(json.ValueSpan.Length, 32)]),
            JsonTokenType.Null => "null",
            _ => "a boolean",
        };
        return Wrong($"expected {expected}, found {found}");
    }

    private void Read()
    {
        try
        {
            if (!json.Read()) { throw new RuntimeConfigException(Where(), "the document ends too early"); }
        }
        catch (JsonException e)
        {
            throw Broken(e);
        }
    }

    private readonly RuntimeConfigException Broken(JsonException e) =>
        new(Where(), string.Create(CultureInfo.InvariantCulture, $"not valid JSON at line {e.LineNumber + 1}, byte {e.BytePositionInLine + 1}"), e);

    private void Push(bool isArray) => frames[++depth] = new Frame { IsArray = isArray, Index = -1 };

    private readonly string Where()
    {
        var path = new StringBuilder();
        for (int level = 1; level <= depth; level++)
        {
            Frame frame = frames[level];
            if (frame.IsArray)
            {
                if (frame.Index >= 0) { path.Append(CultureInfo.InvariantCulture, $"[{frame.Index}]"); }
            }
            else if (frame.NameLength > 0)
            {
                if (path.Length > 0) { path.Append('.'); }

                path.Append(Encoding.UTF8.GetString(document.Slice(frame.NameStart, Math.Min(frame.NameLength, 64))));
            }
        }

        return path.ToString();
    }

    private struct Frame
    {
        public int NameStart;
        public int NameLength;
        public int Index;
        public int Questions;
        public bool IsArray;
        public bool Escaped;
        public ulong Seen;
    }

    [InlineArray(MaxDepth + 1)]
    private struct Frames
    {
        private Frame first;
    }
}

using System.Buffers;
using System.Globalization;
using System.Text.Json;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace Inro.Engine.Devices;

/// <summary>YAML's first document as JSON.</summary>
internal static class YamlText
{
    private const int MaxEvents = 200_000;
    private const int MaxDepth = 64;

    /// <summary>Reads it. Plain numbers, booleans and nulls are such in JSON, too; all else is text.</summary>
    /// <exception cref="FormatException">It is no YAML, has anchors, or is too large.</exception>
    public static ReadOnlyMemory<byte> ToJson(string text)
    {
        var buffer = new ArrayBufferWriter<byte>(text.Length + 256);
        try
        {
            var parser = new Parser(new StringReader(text));
            using var json = new Utf8JsonWriter(buffer, new JsonWriterOptions { SkipValidation = true, MaxDepth = MaxDepth });
            Write(parser, json);
        }
        catch (YamlException damaged) { throw new FormatException($"line {damaged.Start.Line}: {damaged.Message}", damaged); }

        return buffer.WrittenMemory;
    }

    private static void Write(Parser parser, Utf8JsonWriter json)
    {
        var open = new Stack<bool>(); // for each that is open: whether it is a mapping
        bool isName = false;
        for (int events = 0; parser.MoveNext(); events++)
        {
            if (events == MaxEvents) { throw new FormatException($"it has more than {MaxEvents} parts"); }

            switch (parser.Current)
            {
                case AnchorAlias: throw new FormatException("anchors and aliases are not taken here");
                case NodeEvent { Anchor.IsEmpty: false }: throw new FormatException("anchors and aliases are not taken here");
                case DocumentEnd: return;
                case Scalar name when isName:
                    json.WritePropertyName(name.Value);
                    isName = false;
                    continue;
                case MappingStart or SequenceStart when isName: throw new FormatException("a name in a mapping must be a text");
                case Scalar scalar: Write(scalar, json); break;
                case MappingStart:
                    Open(open, isMapping: true);
                    json.WriteStartObject();
                    isName = true;
                    continue;
                case SequenceStart:
                    Open(open, isMapping: false);
                    json.WriteStartArray();
                    isName = false;
                    continue;
                case MappingEnd:
                    open.Pop();
                    json.WriteEndObject();
                    break;
                case SequenceEnd:
                    open.Pop();
                    json.WriteEndArray();
                    break;
                default: continue;
            }

            isName = open.Count > 0 && open.Peek();
        }
    }

    private static void Open(Stack<bool> open, bool isMapping)
    {
        if (open.Count == MaxDepth) { throw new FormatException($"it is nested more than {MaxDepth} deep"); }

        open.Push(isMapping);
    }

    private static void Write(Scalar scalar, Utf8JsonWriter json)
    {
        string value = scalar.Value;
        if (scalar.Style != ScalarStyle.Plain) { json.WriteStringValue(value); }
        else if (value is "" or "~" or "null" or "Null" or "NULL") { json.WriteNullValue(); }
        else if (value is "true" or "True" or "TRUE") { json.WriteBooleanValue(true); }
        else if (value is "false" or "False" or "FALSE") { json.WriteBooleanValue(false); }
        else if (TryNumber(value, out long number)) { json.WriteNumberValue(number); }
        else { json.WriteStringValue(value); }
    }

    // 0600 is decimal in YAML 1.2 and octal in 1.1, which Go's readers follow
    private static bool TryNumber(string text, out long number)
    {
        if (text.StartsWith("0x", StringComparison.Ordinal)) { return long.TryParse(text.AsSpan(2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out number); }

        bool isOctal = text.Length > 1 && text[0] == '0';
        if (!isOctal) { return long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out number); }

        number = 0;
        foreach (char digit in text.AsSpan(text[1] == 'o' ? 2 : 1))
        {
            if (digit is < '0' or > '7' || number > long.MaxValue / 8) { return false; }

            number = (number * 8) + (digit - '0');
        }

        return true;
    }
}

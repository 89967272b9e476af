namespace Inro.Runtime.Systemd.Bus;

/// <summary>One message, as far as this program looks at it.</summary>
/// <remarks>Source: D-Bus specification, "Message Format".</remarks>
internal sealed record BusMessage
{
    /// <summary>Bytes before the header fields, their length included.</summary>
    public const int FixedBytes = 16;

    /// <summary>Longest message that is taken; systemd's answers to our calls have a few hundred bytes.</summary>
    public const int MaxBytes = 1 << 20;

    public const byte MethodCall = 1;
    public const byte MethodReturn = 2;
    public const byte Error = 3;
    public const byte Signal = 4;

    private const byte PathField = 1, InterfaceField = 2, MemberField = 3, ErrorField = 4, ReplyField = 5, DestinationField = 6, SignatureField = 8;

    public byte Kind { get; private init; }

    public uint ReplyTo { get; private init; }

    public string Member { get; private init; } = "";

    public string ErrorName { get; private init; } = "";

    public string Types { get; private init; } = "";

    public byte[] Body { get; private init; } = [];

    /// <summary>A method call.</summary>
    public static byte[] Call(uint serial, string destination, string path, string @interface, string member, string types, ReadOnlySpan<byte> body)
    {
        var head = new BusWriter();
        head.Byte((byte)'l');
        head.Byte(MethodCall);
        head.Byte(0); // flags
        head.Byte(1); // version
        head.UInt32((uint)body.Length);
        head.UInt32(serial);
        head.Array(8, () =>
        {
            Field(head, PathField, new("o", path));
            if (destination.Length > 0) { Field(head, DestinationField, BusValue.Text(destination)); }

            Field(head, InterfaceField, BusValue.Text(@interface));
            Field(head, MemberField, BusValue.Text(member));
            if (types.Length > 0) { Field(head, SignatureField, new("g", types)); }
        });
        head.Align(8);
        return [.. head.Written, .. body];
    }

    /// <summary>The whole length of the message that begins with these bytes.</summary>
    public static int LengthOf(ReadOnlySpan<byte> start)
    {
        if (start[0] != (byte)'l') { throw new InvalidDataException("the bus does not speak little-endian D-Bus"); }

        var reader = new BusReader(start[4..FixedBytes]);
        uint body = reader.UInt32();
        reader.UInt32();
        uint fields = reader.UInt32();
        return body <= MaxBytes && fields <= MaxBytes
            ? FixedBytes + (int)((fields + 7) & ~7u) + (int)body
            : throw new InvalidDataException("the bus sends a message that is too long");
    }

    /// <exception cref="InvalidDataException">It is none.</exception>
    public static BusMessage Parse(ReadOnlySpan<byte> bytes)
    {
        var start = new BusReader(bytes[4..FixedBytes]);
        int bodyLength = (int)start.UInt32();
        start.UInt32();
        var message = new BusMessage { Kind = bytes[1], Body = bytes[(bytes.Length - bodyLength)..].ToArray() };
        int fields = (int)start.UInt32();
        var reader = new BusReader(bytes.Slice(FixedBytes, fields)); // begins at a multiple of eight
        while (!reader.IsAtEnd)
        {
            reader.Align(8);
            byte field = reader.Byte();
            string type = reader.Signature();
            message = type switch
            {
                "s" or "o" => message.With(field, reader.Text()),
                "g" => message.With(field, reader.Signature()),
                "u" => message.With(field, reader.UInt32()),
                _ => throw new InvalidDataException("a D-Bus message has a header field of an unknown type"),
            };
        }

        return message;
    }

    private BusMessage With(byte field, uint number) => field == ReplyField ? this with { ReplyTo = number } : this; // the other one counts descriptors

    private BusMessage With(byte field, string text) => field switch
    {
        MemberField => this with { Member = text },
        ErrorField => this with { ErrorName = text },
        SignatureField => this with { Types = text },
        _ => this,
    };

    private static void Field(BusWriter head, byte field, BusValue value)
    {
        head.Align(8);
        head.Byte(field);
        head.Variant(value);
    }
}

namespace Inro.Runtime.Checkpoint;

/// <summary>An answer or a notification: the message <c>criu_resp</c>.</summary>
/// <remarks>Source: criu, images/rpc.proto.</remarks>
internal sealed record CriuResponse
{
    public CriuRequestKind Kind { get; private init; }

    public bool IsSuccess { get; private init; }

    /// <summary>In a notification: what is about to happen.</summary>
    public string Script { get; private init; } = "";

    /// <summary>In a notification: the process that it is about. In the answer to a restore: the tree's first process.</summary>
    public int Pid { get; private init; }

    /// <summary>Why it failed, as the system numbers errors; 0 where criu does not say.</summary>
    public int Errno { get; private init; }

    /// <summary>Why it failed, in words; empty where criu does not say.</summary>
    public string Message { get; private init; } = "";

    public bool TracksMemory { get; private init; }

    public bool HasLazyPages { get; private init; }

    /// <summary>Major × 10000 + minor × 100 + sublevel.</summary>
    public int Version { get; private init; }

    /// <exception cref="InvalidDataException">Not such a message.</exception>
    public static CriuResponse Parse(ReadOnlySpan<byte> bytes)
    {
        var response = new CriuResponse();
        var fields = new ProtobufReader(bytes);
        while (fields.Next())
        {
            response = fields.Field switch
            {
                1 => response with { Kind = (CriuRequestKind)fields.Number },
                2 => response with { IsSuccess = fields.Flag },
                4 => response with { Pid = Number(fields.Bytes, 1) },
                5 => response with { Script = Text(fields.Bytes, 1), Pid = Number(fields.Bytes, 2) },
                7 => response with { Errno = fields.Number },
                8 => response with { TracksMemory = Number(fields.Bytes, 1) != 0, HasLazyPages = Number(fields.Bytes, 2) != 0 },
                9 => response with { Message = fields.Text },
                10 => response with { Version = (Number(fields.Bytes, 1) * 10000) + (Number(fields.Bytes, 2) * 100) + Number(fields.Bytes, 4) },
                _ => response,
            };
        }

        return response;
    }

    private static int Number(ReadOnlySpan<byte> message, int field)
    {
        int found = 0;
        var fields = new ProtobufReader(message);
        while (fields.Next())
        {
            if (fields.Field == field) { found = fields.Number; }
        }

        return found;
    }

    private static string Text(ReadOnlySpan<byte> message, int field)
    {
        string found = "";
        var fields = new ProtobufReader(message);
        while (fields.Next())
        {
            if (fields.Field == field) { found = fields.Text; }
        }

        return found;
    }
}

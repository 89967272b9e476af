namespace Inro.Runtime.Checkpoint;

/// <summary>Kinds of requests and answers. Source: criu, images/rpc.proto, <c>criu_req_type</c>.</summary>
internal enum CriuRequestKind
{
    Dump = 1,
    Restore = 2,
    PreDump = 4,
    Notify = 6,
    FeatureCheck = 9,
    Version = 10,
}

/// <summary>Requests: the message <c>criu_req</c>.</summary>
internal static class CriuRequest
{
    /// <summary>Asks for something to be done.</summary>
    public static byte[] Of(CriuRequestKind kind, CriuOptions options) => Kind(kind).Message(2, options.Write()).Bytes.ToArray();

    /// <summary>Asks for criu's version.</summary>
    public static byte[] Version() => Kind(CriuRequestKind.Version).Bytes.ToArray();

    /// <summary>Asks whether criu, on this kernel, can track memory and restore pages lazily.</summary>
    public static byte[] Features() => Kind(CriuRequestKind.FeatureCheck).Message(5, new ProtobufWriter().Flag(1, true).Flag(2, true)).Bytes.ToArray();

    /// <summary>Lets criu go on after a notification, or give up.</summary>
    public static byte[] Noticed(bool success) => Kind(CriuRequestKind.Notify).Number(3, success ? 1u : 0).Bytes.ToArray();

    private static ProtobufWriter Kind(CriuRequestKind kind) => new ProtobufWriter().Number(1, (uint)kind);
}

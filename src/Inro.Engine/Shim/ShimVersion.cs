namespace Inro.Engine.Shim;

/// <summary>Versions of the protocol on a shim's socket.</summary>
internal static class ShimVersion
{
    /// <summary>Spoken by this program.</summary>
    public const int Current = 1;

    /// <summary>How many older versions are understood.</summary>
    public const int OlderServed = 2;

    /// <summary>Whether a peer of that version is understood: this one and two older; a newer peer speaks ours.</summary>
    public static bool IsServed(int version) => version >= Math.Max(1, Current - OlderServed);

    /// <summary>The version that both speak.</summary>
    public static int Common(int peer) => Math.Min(Current, peer);
}

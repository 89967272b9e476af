using System.Text;

namespace Inro.Spec;

/// <summary>Digest of a stack of layers, made of their diff IDs.</summary>
/// <remarks>Source: OCI image-spec v1.1.1, config.md "Layer ChainID".</remarks>
public static class ChainId
{
    /// <summary>The chain ID of <paramref name="diffId"/> on top of <paramref name="parent"/>; null means that it is the base.</summary>
    public static Digest Of(Digest? parent, Digest diffId) =>
        parent is { } below ? Digest.Sha256(Encoding.ASCII.GetBytes(below + " " + diffId)) : diffId;

    /// <summary>The chain ID of each prefix of a stack, the base first.</summary>
    public static IReadOnlyList<Digest> All(IReadOnlyList<Digest> diffIds)
    {
        var chain = new Digest[diffIds.Count];
        for (int i = 0; i < chain.Length; i++)
        {
            chain[i] = Of(i == 0 ? null : chain[i - 1], diffIds[i]);
        }

        return chain;
    }
}

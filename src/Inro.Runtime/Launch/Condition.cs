namespace Inro.Runtime.Launch;

/// <summary>The one condition a program knows: do this operation only if a slot is, or is not, filled.</summary>
public readonly record struct Condition
{
    private Condition(Slot slot, bool wantsSet)
    {
        Exists = true;
        Slot = slot;
        WantsSet = wantsSet;
    }

    /// <summary>False for the default value: always.</summary>
    internal bool Exists { get; }

    internal Slot Slot { get; }

    internal bool WantsSet { get; }

    /// <summary>Only if an earlier operation filled <paramref name="slot"/>.</summary>
    public static Condition IfSet(Slot slot) => new(slot, wantsSet: true);

    /// <summary>Only if nothing filled <paramref name="slot"/>, for instance because a tolerated error came instead.</summary>
    public static Condition IfNotSet(Slot slot) => new(slot, wantsSet: false);
}

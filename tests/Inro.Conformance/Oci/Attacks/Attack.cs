using Inro.KernelTests.Harness;

namespace Inro.Conformance.Oci.Attacks;

/// <summary>What an attack got of a runtime that it is known for.</summary>
internal enum Outcome
{
    /// <summary>Not tried: the host could be harmed, or the runtime has no such command.</summary>
    NotTried,

    /// <summary>Tried, and it got nothing.</summary>
    Nothing,

    /// <summary>It gets what it wants: so the test is known to notice.</summary>
    Succeeds,

    /// <summary>It gets what it wants in some rounds only, in some runs in none.</summary>
    Sometimes,
}

/// <summary>One thing that broke a runtime, done to a runtime. Its victims are made by the test, so that nothing of the host is harmed where it succeeds.</summary>
internal sealed record Attack
{
    /// <summary>Number of the case in docs/attacks.md; several attacks may belong to one.</summary>
    public required int Case { get; init; }

    /// <summary>Its name, unique.</summary>
    public required string Name { get; init; }

    /// <summary>What it is known as; empty where it has no number.</summary>
    public string Known { get; init; } = "";

    /// <summary>What it does, in a sentence for people.</summary>
    public required string Does { get; init; }

    /// <summary>The file that stands against it, from the root of the sources.</summary>
    public required string Against { get; init; }

    /// <summary>Makes victims and traps.</summary>
    public Action<Bundle>? Prepare { get; init; }

    /// <summary>Tries it once and says what it got; empty is nothing.</summary>
    public required Func<Bundle, string> Try { get; init; }

    /// <summary>How often it is tried, for those that need luck.</summary>
    public int Rounds { get; init; } = 1;

    /// <summary>What the machine must have.</summary>
    public Needs Needs { get; init; }

    /// <summary>What Debian's runc gives it.</summary>
    public Outcome Runc { get; init; } = Outcome.Nothing;

    /// <summary>What Debian's crun gives it.</summary>
    public Outcome Crun { get; init; } = Outcome.Nothing;

    /// <summary>Does it to a runtime.</summary>
    /// <returns>What it got, of the first round that got anything.</returns>
    public string On(OciRuntime runtime)
    {
        using var bundle = new Bundle { Runtime = runtime };
        Prepare?.Invoke(bundle);
        string got = "";
        for (int round = 0; round < Rounds && got.Length == 0; round++) { got = Try(bundle); }

        return got;
    }

    /// <inheritdoc/>
    public override string ToString() => Name;
}

namespace Inro.Engine.Checks;

/// <summary>One thing that is wrong with a store.</summary>
/// <param name="What">For people: what, on which thing.</param>
public sealed record StoreProblem(string What)
{
    /// <summary>What was done about it; null: nothing was tried.</summary>
    public string? Outcome { get; set; }

    /// <summary>True where it is right now.</summary>
    public bool IsRepaired { get; set; }

    /// <summary>Notes that it was set right.</summary>
    public void Repaired(string how) => (Outcome, IsRepaired) = (how, true);

    /// <summary>Notes why it was not.</summary>
    public void Failed(string why) => (Outcome, IsRepaired) = (why, false);
}

/// <summary>What a check has found.</summary>
public sealed record CheckReport
{
    /// <summary>What is, or was, wrong.</summary>
    public required IReadOnlyList<StoreProblem> Problems { get; init; }

    /// <summary>Images, layers and blobs that were looked at.</summary>
    public required (int Images, int Layers, int Blobs) Looked { get; init; }
}

/// <summary>How to check.</summary>
public sealed record CheckOptions
{
    /// <summary>Whether what is wrong is set right.</summary>
    public bool Repair { get; init; }

    /// <summary>Whether files are only looked for, and not read.</summary>
    public bool Quick { get; init; }

    /// <summary>How registries are asked for what is damaged; null: they are not.</summary>
    public Registries.RegistryAccess? Access { get; init; }
}

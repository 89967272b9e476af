namespace Inro.Tests;

/// <summary>Finds the working tree that the running test assembly was built from.</summary>
internal static class Repository
{
    /// <summary>The directory that holds <c>Inro.slnx</c>.</summary>
    public static string Root { get; } = Find(AppContext.BaseDirectory);

    private static string Find(string start)
    {
        for (DirectoryInfo? d = new(start); d is not null; d = d.Parent)
        {
            if (File.Exists(Path.Combine(d.FullName, "Inro.slnx"))) { return d.FullName; }
        }

        throw new InvalidOperationException($"no Inro.slnx above {start}");
    }
}

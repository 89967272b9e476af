namespace Inro.Engine.Shim;

/// <summary>What a shim, and the program that it runs at the end, know of their starter's environment.</summary>
internal static class ShimEnvironment
{
    /// <summary>Holds the outer user's id in processes that have entered an ordinary user's namespaces.</summary>
    public const string OuterUser = "INRO_ROOTLESS_USER";

    // Without the mark of the outer user a program that is id 0 of an ordinary user's namespace would take itself for the machine's root, and look in root's places.
    private static readonly string[] Names = ["PATH", "HOME", "XDG_RUNTIME_DIR", "XDG_DATA_HOME", "XDG_CONFIG_HOME", "XDG_CACHE_HOME", "INRO_ROOT", OuterUser];

    /// <summary>The variables that say where things are; nothing else of a person's environment stays in a process that lives for months.</summary>
    public static List<string> Inherited()
    {
        List<string> kept = [];
        foreach (string name in Names)
        {
            if (Environment.GetEnvironmentVariable(name) is { } value) { kept.Add(name + "=" + value); }
        }

        return kept;
    }
}

namespace Inro.Engine.Shim;

/// <summary>What a shim, and the program that it runs at the end, know of their starter's environment.</summary>
internal static class ShimEnvironment
{
    private static readonly string[] Names = ["PATH", "HOME", "XDG_RUNTIME_DIR", "XDG_DATA_HOME", "XDG_CONFIG_HOME", "INRO_ROOT"];

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

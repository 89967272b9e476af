using Inro.KernelTests.Harness;

namespace Inro.Conformance.Oci.Fields;

/// <summary>How it is seen that some fields of config.json are applied: a configuration with them, and what it shows that no configuration without them does.</summary>
internal sealed record FieldCase
{
    /// <summary>The fields; the test takes out each alone, and then nothing of <see cref="Shows"/> may be seen.</summary>
    public required IReadOnlyList<string> Fields { get; init; }

    /// <summary>What is put into the configuration: path and JSON. See <see cref="JsonPath.Put"/>.</summary>
    public IReadOnlyList<(string Path, string Json)> Config { get; init; } = [];

    /// <summary>What the first process does; empty leaves it to <see cref="Config"/>.</summary>
    public string Script { get; init; } = "";

    /// <summary>Part of what is seen.</summary>
    public required string Shows { get; init; }

    /// <summary>Runs the bundle and says what is seen; null runs the container to its end and takes all of its output.</summary>
    public Func<Bundle, string>? Look { get; init; }

    /// <summary>What the document says in place of <see cref="Script"/> and <see cref="Shows"/>, where those differ from machine to machine; null where they do not.</summary>
    public (string How, string What)? Documented { get; init; }

    /// <summary>What the machine must have.</summary>
    public Needs Needs { get; init; }

    /// <summary>Prepares the bundle: files that the configuration names.</summary>
    public Action<Bundle>? Prepare { get; init; }

    /// <summary>Runs the bundle.</summary>
    /// <param name="without">A field to take out, as if the runtime did not know it; null leaves all.</param>
    /// <returns>What was seen.</returns>
    public string See(string? without)
    {
        using var controllers = new OpenedControllers();
        using var bundle = new Bundle();
        foreach ((string path, string json) in Config) { JsonPath.Put(bundle.Config, path, json.Replace("@BUNDLE@", bundle.Path, StringComparison.Ordinal).Replace("@ID@", bundle.Id, StringComparison.Ordinal)); }

        if (Script.Length > 0) { bundle.Script(Script); }

        Prepare?.Invoke(bundle);
        if (without is not null && JsonPath.Remove(bundle.Config, without) == 0)
        {
            throw new InvalidOperationException($"the case of {without} does not use it");
        }

        return Look is { } look ? look(bundle) : Output(bundle.Run());
    }

    /// <summary>All that a command printed, with line ends as files have them.</summary>
    public static string Output(ToolResult result) => (result.Output + result.Error).Replace("\r", "", StringComparison.Ordinal);
}

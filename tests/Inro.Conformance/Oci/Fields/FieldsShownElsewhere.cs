namespace Inro.Conformance.Oci.Fields;

/// <summary>Fields whose effect another test shows, because it takes more than one run of a bundle.</summary>
internal static class FieldsShownElsewhere
{
    /// <summary>Field, and where it is shown.</summary>
    public static IReadOnlyDictionary<string, string> Tests { get; } = new Dictionary<string, string>(StringComparer.Ordinal)
    {
        ["process.commandLine"] = "for Windows only; read over",
        ["process.user.username"] = "for Windows only; read over",
    };
}

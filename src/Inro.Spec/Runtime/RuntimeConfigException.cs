namespace Inro.Spec.Runtime;

/// <summary>A configuration document is not what the specification says; the message names the field.</summary>
/// <param name="field">Path of the field, such as <c>linux.namespaces[2].type</c>.</param>
/// <param name="problem">What is wrong with it, without a final stop.</param>
/// <param name="cause">What the JSON reader said, if it was its error.</param>
public sealed class RuntimeConfigException(string field, string problem, Exception? cause = null)
    : FormatException(field.Length == 0 ? problem : $"{field}: {problem}", cause)
{
    /// <summary>Path of the field; empty for the document as a whole.</summary>
    public string Field { get; } = field;
}

namespace Inro.Engine.Templates;

/// <summary>A value with named fields that a template may read.</summary>
public interface ITemplateObject
{
    /// <summary>Names of all fields, in the order in which <c>json</c> writes them.</summary>
    IEnumerable<string> FieldNames { get; }

    /// <summary>Reads a field, or calls it with arguments as <c>.Label "key"</c> does; false if there is none.</summary>
    bool TryGetField(string name, IReadOnlyList<object?> arguments, out object? value);
}

using Inro.Engine.Templates;

namespace Inro.Cli.Output;

/// <summary>A row or a document as a template sees it: names and values in order.</summary>
internal sealed class FieldList(params (string Name, object? Value)[] fields) : ITemplateObject
{
    /// <summary>Answers <c>.Label "key"</c>; null where the object has no labels.</summary>
    public IReadOnlyDictionary<string, string>? Labels { get; init; }

    public IEnumerable<string> FieldNames => fields.Select(static f => f.Name);

    public bool TryGetField(string name, IReadOnlyList<object?> arguments, out object? value)
    {
        if (name == "Label" && Labels is not null && arguments is [string key])
        {
            value = Labels.GetValueOrDefault(key, "");
            return true;
        }

        foreach ((string Name, object? Value) field in fields)
        {
            if (field.Name == name && arguments.Count == 0)
            {
                value = field.Value;
                return true;
            }
        }

        value = null;
        return false;
    }
}

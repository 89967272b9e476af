using System.Text;
using Inro.Engine.Secrets;
using Inro.Spec;

namespace Inro.Cli.Output;

/// <summary>Secrets as rows of <c>inro secret ls</c>, and one as <c>inspect --pretty</c> shows it.</summary>
internal static class SecretRows
{
    public const string Columns = "{{.ID}}\t{{.Name}}\t{{.Driver}}\t{{.CreatedAt}}\t{{.UpdatedAt}}";

    public static FieldList Headings => new(("CreatedAt", "CREATED"), ("Driver", "DRIVER"), ("ID", "ID"), ("Labels", "LABELS"), ("Name", "NAME"), ("UpdatedAt", "UPDATED"));

    public static FieldList Of(SecretRecord secret, long now) => new(
        ("CreatedAt", ContainerRows.Ago(secret.CreatedNanoseconds, now)),
        ("Driver", secret.Driver),
        ("ID", secret.Id),
        ("Labels", string.Join(',', secret.Labels.OrderBy(static l => l.Key, StringComparer.Ordinal).Select(static l => $"{l.Key}={l.Value}"))),
        ("Name", secret.Name),
        ("UpdatedAt", ContainerRows.Ago(secret.UpdatedNanoseconds, now)))
    {
        Labels = secret.Labels,
    };

    /// <summary>For people.</summary>
    public static string Pretty(SecretRecord secret)
    {
        var text = new StringBuilder($"ID:\t\t\t{secret.Id}\nName:\t\t\t{secret.Name}\n");
        if (secret.Labels.Count > 0)
        {
            text.Append("Labels:\n");
            foreach ((string name, string value) in secret.Labels.OrderBy(static l => l.Key, StringComparer.Ordinal)) { text.Append($" - {name}{(value.Length > 0 ? "=" + value : "")}\n"); }
        }

        return text.Append($"Driver:\t\t\t{secret.Driver}\nCreated at:\t\t{Rfc3339.FormatSeconds(secret.CreatedNanoseconds)}\nUpdated at:\t\t{Rfc3339.FormatSeconds(secret.UpdatedNanoseconds)}\n").ToString();
    }
}

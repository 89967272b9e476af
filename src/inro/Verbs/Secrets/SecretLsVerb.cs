using Inro.Cli.Arguments;
using Inro.Cli.Output;
using Inro.Engine.Secrets;

namespace Inro.Cli.Verbs.Secrets;

/// <summary><c>inro secret ls</c>: the secrets that there are.</summary>
internal sealed class SecretLsVerb : Verb
{
    private readonly FilterFlag filter = new("driver", "id", "label", "name");
    private string? format;
    private bool isQuiet;
    private bool hasHeading = true;

    public override string Usage => "[OPTIONS]";

    public override string Summary => "List secrets";

    public override string[] Aliases => ["secret ls", "secret list"];

    public override int MostOperands => 0;

    public override void AddFlags(FlagTable table)
    {
        filter.AddTo(table);
        table
            .Text("format", '\0', "Format output using a custom template: 'table', 'table TEMPLATE', 'json' or a Go template", v => format = v, offers: Completion.Of("json", "table"))
            .Switch("noheading", 'n', "Do not print headers", v => hasHeading = !v)
            .Switch("quiet", 'q', "Only display IDs", v => isQuiet = v);
    }

    public override int Run(IReadOnlyList<string> operands, Session session)
    {
        SecretRecord[] found = [.. session.Secrets.List().Where(Matches)];
        if (isQuiet && format is null)
        {
            Screen.Write(string.Concat(found.Select(static s => s.Id + "\n")));
            return ExitStatus.Success;
        }

        long now = session.NowNanoseconds;
        string text = TableFormat.Render(format, SecretRows.Columns, SecretRows.Headings, [.. found.Select(s => SecretRows.Of(s, now))]);
        bool isTable = format is null or "" || format.StartsWith("table", StringComparison.Ordinal);
        Screen.Write(isTable && !hasHeading ? text[(text.IndexOf('\n', StringComparison.Ordinal) + 1)..] : text);
        return ExitStatus.Success;
    }

    // values of one name are alternatives, but for labels
    private bool Matches(SecretRecord secret) => filter.Conditions.GroupBy(static c => c.Key, StringComparer.Ordinal).All(group => group.Key == "label"
        ? group.All(c => HasLabel(secret, c.Value))
        : group.Any(c => c.Key switch
        {
            "driver" => secret.Driver == c.Value,
            "id" => secret.Id.StartsWith(c.Value, StringComparison.Ordinal),
            _ => secret.Name.StartsWith(c.Value, StringComparison.Ordinal),
        }));

    private static bool HasLabel(SecretRecord secret, string value)
    {
        int equals = value.IndexOf('=', StringComparison.Ordinal);
        return secret.Labels.TryGetValue(equals < 0 ? value : value[..equals], out string? has) && (equals < 0 || has == value[(equals + 1)..]);
    }
}

using System.Text;
using System.Text.Json;
using Inro.Cli.Arguments;
using Inro.Cli.Output;
using Inro.Engine.Secrets;
using Inro.Engine.Templates;
using Inro.Engine.Views;
using Inro.Spec.DockerApi;

namespace Inro.Cli.Verbs.Secrets;

/// <summary><c>inro secret inspect</c>: secrets in docker's JSON, and what is secret where that is asked.</summary>
internal sealed class SecretInspectVerb : Verb
{
    private const int Indent = 4;
    private string? format;
    private bool isPretty;
    private bool showsSecret;

    public override string Usage => "[OPTIONS] SECRET [SECRET...]";

    public override string Summary => "Display detailed information on one or more secrets";

    public override int LeastOperands => 1;

    public override Completion Offers => Completion.Secret;

    public override void AddFlags(FlagTable table) => table
        .Text("format", 'f', "Format output using a custom template: 'json' or a Go template", v => format = v, offers: Completion.Of("json"))
        .Switch("pretty", '\0', "Print the information in a human friendly format", v => isPretty = v)
        .Switch("showsecret", '\0', "Display the secret", v => showsSecret = v);

    public override int Run(IReadOnlyList<string> operands, Session session)
    {
        if (isPretty && format is not null) { throw new UsageException("--format is incompatible with human friendly format", ExitStatus.Failure); }

        SecretCatalog secrets = session.Secrets;
        Template? template = format is null or "json" ? null : Template.Parse(format);
        List<SecretRecord> found = [];
        int status = ExitStatus.Success;
        foreach (string name in operands)
        {
            if (secrets.TryFind(name) is { } secret) { found.Add(secret); }
            else
            {
                Failures.Tell($"no such secret: {name}", "the secrets that are there: inro secret ls");
                status = ExitStatus.Failure;
            }
        }

        if (isPretty)
        {
            Screen.Write(string.Join('\n', found.Select(SecretRows.Pretty)));
            return status;
        }

        object?[] shown = [.. found.Select(s => (object?)JsonSerializer.SerializeToElement(
            SecretView.Inspect(s, showsSecret ? Encoding.UTF8.GetString(secrets.Read(s)) : null), DockerJson.Default.SecretInspect))];
        Screen.Write(format is null ? TemplateJson.Write(shown, Indent) + "\n" : string.Concat(shown.Select(e => (template is null ? TemplateJson.Of(e) : template.Render(e)) + "\n")));
        return status;
    }
}

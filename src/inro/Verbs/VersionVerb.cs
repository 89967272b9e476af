using Inro.Cli.Arguments;
using Inro.Cli.Output;
using Inro.Engine.Templates;
using Inro.Server;

namespace Inro.Cli.Verbs;

/// <summary><c>inro version</c>.</summary>
internal sealed class VersionVerb : Verb
{
    private string? format;

    public override string Usage => "[OPTIONS]";

    public override string Summary => "Show the Inro version information";

    public override int MostOperands => 0;

    public override void AddFlags(FlagTable table) => table
        .Text("format", 'f', "Format output using a custom template: 'json' or a Go template", v => format = v, offers: Completion.Of("json"));

    public override int Run(IReadOnlyList<string> operands, Session session)
    {
        if (format is null)
        {
            Screen.Write(Plain());
            return ExitStatus.Success;
        }

        Screen.WriteLine(format == "json" ? TemplateJson.Of(Document()) : Template.Parse(format).Render(Document()));
        return ExitStatus.Success;
    }

    private static string Plain()
    {
        const string ShortCommit = ProductVersion.Commit;
        string commit = ShortCommit.Length > 7 ? ShortCommit[..7] : ShortCommit;
        return $"""
            Client: Inro
             Version:           {ProductVersion.Text}
             API version:       {ProductVersion.Api}
             Git commit:        {commit}
             OS/Arch:           linux/{ProductVersion.Architecture}

            Server: Inro (in this program; nothing needs to run)
             Engine:
              Version:          {ProductVersion.Text}
              API version:      {ProductVersion.Api} (minimum version {ProductVersion.OldestApi})
              Git commit:       {commit}
              OS/Arch:          linux/{ProductVersion.Architecture}
              Experimental:     false

            """;
    }

    private static FieldList Document()
    {
        FieldList client = new(
            ("Platform", new FieldList(("Name", "Inro"))),
            ("Version", ProductVersion.Text),
            ("ApiVersion", ProductVersion.Api),
            ("DefaultAPIVersion", ProductVersion.Api),
            ("GitCommit", ProductVersion.Commit),
            ("GoVersion", ProductVersion.Platform),
            ("Os", "linux"),
            ("Arch", ProductVersion.Architecture),
            ("Context", "default"));
        FieldList server = new(
            ("Platform", new FieldList(("Name", "Inro"))),
            ("Version", ProductVersion.Text),
            ("ApiVersion", ProductVersion.Api),
            ("APIVersion", ProductVersion.Api),
            ("MinAPIVersion", ProductVersion.OldestApi),
            ("GitCommit", ProductVersion.Commit),
            ("GoVersion", ProductVersion.Platform),
            ("Os", "linux"),
            ("Arch", ProductVersion.Architecture),
            ("KernelVersion", ProductVersion.Kernel),
            ("Experimental", false));
        return new FieldList(("Client", client), ("Server", server));
    }
}

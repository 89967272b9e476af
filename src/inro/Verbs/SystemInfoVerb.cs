using System.Text.Json;
using Inro.Cli.Arguments;
using Inro.Cli.Output;
using Inro.Engine.Containers;
using Inro.Engine.Templates;
using Inro.Engine.Views;
using Inro.Server;
using Inro.Spec.DockerApi;

namespace Inro.Cli.Verbs;

/// <summary><c>inro info</c>: the engine and its host.</summary>
internal sealed class SystemInfoVerb : Verb
{
    private string? format;

    public override string Usage => "[OPTIONS]";

    public override string Summary => "Display system-wide information";

    public override string[] Aliases => ["system info", "info"];

    public override int MostOperands => 0;

    public override bool NeedsIds => true; // it finds out how file systems are made

    public override void AddFlags(FlagTable table) =>
        table.Text("format", 'f', "Format output using a custom template: 'json' or a Go template", v => format = v, offers: Completion.Of("json"));

    public override int Run(IReadOnlyList<string> operands, Session session)
    {
        SystemInfo info = SystemView.Read(
            session.Paths, session.Containers.List(new ContainerFilter { All = true }), session.Images, ProductVersion.Text, ProductVersion.Machine);
        if (format is null or "")
        {
            Screen.Write(SystemInfoText.Of(info));
            return ExitStatus.Success;
        }

        JsonElement element = JsonSerializer.SerializeToElement(info, DockerJson.Default.SystemInfo);
        Screen.WriteLine(format == "json" ? TemplateJson.Of(element) : Template.Parse(format).Render(element));
        return ExitStatus.Success;
    }
}

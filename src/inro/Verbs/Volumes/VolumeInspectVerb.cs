using System.Text.Json;
using Inro.Cli.Arguments;
using Inro.Cli.Output;
using Inro.Engine.Templates;
using Inro.Engine.Views;
using Inro.Engine.Volumes;
using Inro.Spec.DockerApi;

namespace Inro.Cli.Verbs.Volumes;

/// <summary><c>inro volume inspect</c>: volumes in docker's JSON.</summary>
internal sealed class VolumeInspectVerb : Verb
{
    private const int Indent = 4;
    private string? format;
    private bool all;

    public override string Usage => "[OPTIONS] VOLUME [VOLUME...]";

    public override string Summary => "Display detailed information on one or more volumes";

    public override Completion Offers => Completion.Volume;

    public override void AddFlags(FlagTable table) => table
        .Switch("all", 'a', "Inspect all volumes", v => all = v)
        .Text("format", 'f', "Format output using a custom template: 'json' or a Go template", v => format = v, offers: Completion.Of("json"));

    public override int Run(IReadOnlyList<string> operands, Session session)
    {
        if (all == operands.Count > 0) { throw new UsageException(all ? "--all goes without names" : "\"inro volume inspect\" requires at least 1 argument", ExitStatus.Failure) { ShowUsage = true }; }

        VolumeCatalog volumes = session.Volumes;
        Template? template = format is null or "json" ? null : Template.Parse(format);
        List<object?> found = [];
        int status = ExitStatus.Success;
        foreach (string name in all ? volumes.List([]).Select(static v => v.Name) : operands)
        {
            if (volumes.TryFind(name) is { } volume) { found.Add(JsonSerializer.SerializeToElement(VolumeView.Inspect(volume, volumes), DockerJson.Default.VolumeInspect)); }
            else
            {
                Failures.Tell($"get {name}: no such volume", "the volumes that are there: inro volume ls");
                status = ExitStatus.Failure;
            }
        }

        Screen.Write(format is null ? TemplateJson.Write(found, Indent) + "\n" : string.Concat(found.Select(e => (template is null ? TemplateJson.Of(e) : template.Render(e)) + "\n")));
        return status;
    }
}

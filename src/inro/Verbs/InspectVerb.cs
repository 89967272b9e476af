using System.Text.Json;
using Inro.Cli.Arguments;
using Inro.Cli.Output;
using Inro.Engine;
using Inro.Engine.Containers;
using Inro.Engine.Statistics;
using Inro.Engine.Templates;
using Inro.Engine.Views;
using Inro.Spec;
using Inro.Spec.DockerApi;

namespace Inro.Cli.Verbs;

/// <summary><c>inro inspect</c>: containers and images in docker's JSON.</summary>
internal sealed class InspectVerb : Verb
{
    private const int Indent = 4;
    private readonly ContainerSelection selection = new(states: null);
    private string? format;
    private string? type;
    private Platform? platform;
    private bool kernel;
    private bool sizes;

    /// <summary><c>container</c> or <c>image</c> where the path says so; null: whatever has the name.</summary>
    public string? Kind { get; init; }

    public override string Usage => Kind switch
    {
        "container" => "[OPTIONS] CONTAINER [CONTAINER...]",
        "image" => "[OPTIONS] IMAGE [IMAGE...]",
        _ => "[OPTIONS] NAME|ID [NAME|ID...]",
    };

    public override string Summary => Kind switch
    {
        "container" => "Display detailed information on one or more containers",
        "image" => "Display detailed information on one or more images",
        _ => "Return low-level information on Inro objects",
    };

    public override ContainerSelection? Selection => selection;

    public override int LeastOperands => 1;

    public override bool NeedsIds => true; // it may start a new shim, or remove what a killed command left

    public override Completion Offers => Kind == "image" ? Completion.Image : Completion.Container;

    public override void AddFlags(FlagTable table)
    {
        table.Text("format", 'f', "Format output using a custom template: 'json' or a Go template", v => format = v, offers: Completion.Of("json"));
        if (Kind == "image") { table.Platform("Show it only if the image is for this platform", v => platform = v); }

        if (Kind != "image") { table.Switch("size", 's', "Display total file sizes if the type is container", v => sizes = v); }

        if (Kind != "image") { table.Switch("kernel", '\0', "Show a running container as the kernel has it: namespaces, cgroup files, capabilities, filters, mounts", v => kernel = v); }

        if (Kind != "image") { selection.AddLatest(table); }

        if (Kind is null)
        {
            table.Text("type", '\0', "Only inspect objects of the given type", v => type = FlagValue.OneOf(v, "container", "image", "volume"), offers: Completion.Of("container", "image", "volume"));
        }
    }

    public override int Run(IReadOnlyList<string> operands, Session session)
    {
        Template? template = format is null or "json" ? null : Template.Parse(format);
        List<object?> found = [];
        List<EngineException> missing = [];
        foreach (string operand in operands)
        {
            try
            {
                found.Add(Find(operand, session));
            }
            catch (EngineException none) when (none.Code == ErrorCode.NotFound)
            {
                missing.Add(none);
            }
        }

        Screen.Write(Text(found, template));
        foreach (EngineException none in missing) { Failures.Tell(none.Problem, none.Remedy); }

        return missing.Count == 0 ? ExitStatus.Success : ExitStatus.Failure;
    }

    private string Text(List<object?> found, Template? template)
    {
        if (format is null) { return TemplateJson.Write(found, Indent) + "\n"; }

        return string.Concat(found.Select(e => (template is null ? TemplateJson.Of(e) : template.Render(e)) + "\n"));
    }

    private JsonElement Find(string name, Session session)
    {
        string? wanted = Kind ?? type;
        if (wanted == "image") { return Image(name, session); }

        if (wanted == "volume") { return Volume(session.Volumes.Find(name), session); }

        try
        {
            return Container(name, session);
        }
        catch (EngineException none) when (wanted is null && none.Code == ErrorCode.NotFound)
        {
            if (session.Images.TryResolve(name) is null && session.Volumes.TryFind(name) is { } volume) { return Volume(volume, session); }

            return session.Images.TryResolve(name) is null
                ? throw new EngineException(ErrorCode.NotFound, $"No such object: {name}", "what is there: inro ps -a, inro images", none)
                : Image(name, session);
        }
    }

    private JsonElement Container(string name, Session session)
    {
        ContainerRecord record = session.Containers.Find(name);
        if (kernel)
        {
            (int pid, IReadOnlyList<CgroupFiles> cgroups) = session.Containers.ReadRunning(record.Id);
            return KernelView.Read(record.Id, record.Name, pid, cgroups);
        }

        return JsonSerializer.SerializeToElement(ContainerView.Read(session.Engine, record, sizes), DockerJson.Default.ContainerInspect);
    }

    private static JsonElement Volume(Engine.Volumes.VolumeRecord volume, Session session) =>
        JsonSerializer.SerializeToElement(VolumeView.Inspect(volume, session.Volumes), DockerJson.Default.VolumeInspect);

    private JsonElement Image(string name, Session session) =>
        JsonSerializer.SerializeToElement(ImageView.Read(session.Engine, session.Images.Resolve(name, platform)), DockerJson.Default.ImageInspect);
}

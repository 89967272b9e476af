using Inro.Engine.Containers;
using Inro.Engine.Templates;

namespace Inro.Cli.Output;

/// <summary>One container as a row of <c>inro ps</c>. A field costs something only where it is shown: among thousands of rows that is what a list costs.</summary>
/// <param name="container">The container.</param>
/// <param name="now">Nanoseconds since 1970.</param>
/// <param name="isFull">Nothing is cut.</param>
/// <param name="sizes">What it wrote, and that with its image; null: nobody looked.</param>
internal sealed class ContainerRow(ContainerSummary container, long now, bool isFull, (long Own, long Total)? sizes = null) : ITemplateObject
{
    private const int ShortId = 12;
    private const int CommandWidth = 20;
    private const int MountWidth = 15;

    private static readonly string[] Names =
        ["Command", "CreatedAt", "ID", "Image", "Labels", "Mounts", "Names", "Networks", "Ports", "RunningFor", "Size", "State", "Status"];

    public IEnumerable<string> FieldNames => Names;

    public bool TryGetField(string name, IReadOnlyList<object?> arguments, out object? value)
    {
        value = arguments.Count switch
        {
            0 => Field(name),
            1 when name == "Label" && arguments[0] is string key => ContainerService.LabelsOf(container).GetValueOrDefault(key, ""),
            _ => null,
        };
        return value is not null;
    }

    private string? Field(string name) => name switch
    {
        "Command" => Command(),
        "CreatedAt" => ContainerRows.Time(container.CreatedNanoseconds),
        "ID" => isFull ? container.Id : container.Id[..ShortId],
        "Image" => container.Image,
        "Labels" => string.Join(',', ContainerService.LabelsOf(container).OrderBy(static l => l.Key, StringComparer.Ordinal).Select(static l => $"{l.Key}={l.Value}")),
        "Mounts" => isFull ? container.Mounts : string.Join(',', container.Mounts.Split(',').Select(static m => HumanUnits.Ellipsis(m, MountWidth))),
        "Names" => container.Name,
        "Networks" => container.Network,
        "Ports" => "",
        "RunningFor" => ContainerRows.Ago(container.CreatedNanoseconds, now),
        "Size" => sizes is { } found ? $"{HumanUnits.Size(found.Own)} (virtual {HumanUnits.Size(found.Total)})" : "0B",
        "State" => StateName.Of(container.State),
        "Status" => ContainerRows.Status(container, now),
        _ => null,
    };

    private string Command()
    {
        string command = string.Join(' ', ContainerService.ArgumentsOf(container));
        return TemplateJson.Of(isFull ? command : HumanUnits.Ellipsis(command, CommandWidth));
    }
}

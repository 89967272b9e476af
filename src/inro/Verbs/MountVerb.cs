using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Inro.Cli.Arguments;
using Inro.Cli.Output;
using Inro.Engine;
using Inro.Engine.Archives;

namespace Inro.Cli.Verbs;

/// <summary><c>inro mount</c>: a container's root file system at a path; podman's flags, output and exit status.</summary>
internal sealed class MountVerb : Verb
{
    private const int ShortId = 12;

    private readonly ContainerSelection selection = new(states: null);
    private bool all;
    private bool noTruncate;
    private string? format;

    public override string Usage => "[OPTIONS] [CONTAINER...]";

    public override string Summary => "Mount containers' root file systems and print where, or list those that are mounted";

    public override string[] Aliases => ["container mount", "mount"];

    public override string[] Examples => ["inro mount web", "cp site/* $(inro mount web)/var/www/ && inro unmount web"];

    public override ContainerSelection? Selection => selection;

    public override int OwnFailure => ExitStatus.Refused;

    public override Completion Offers => Completion.Container;

    public override void AddFlags(FlagTable table)
    {
        table
            .Switch("all", 'a', "Mount all containers", v => all = v)
            .Text("format", '\0', "Print the mounted containers in another form: 'json'", v => format = v, offers: Completion.Of("json"))
            .Switch("no-trunc", '\0', "Do not truncate output", v => noTruncate = v)
            .Add(new Flag { Name = "notruncate", Help = "", ValueWhenBare = "true", IsHidden = true, Set = v => noTruncate = FlagValue.Boolean(v) });
        selection.AddLatest(table);
    }

    public override int Run(IReadOnlyList<string> operands, Session session)
    {
        ImageMountVerb.RequireNamespace("mount", "container");
        if (format is not (null or "" or "json")) { throw new EngineException(ErrorCode.InvalidArgument, $"unknown --format argument: \"{format}\"", "--format json"); }

        if (all && operands.Count > 0) { throw ImageMountVerb.BothGiven("container"); }

        var service = new ContainerMountService(session.Paths, session.Containers);
        IReadOnlyList<MountedContainer> mounted = all ? service.MountAll() : operands.Count > 0 ? service.Mount(operands) : service.List();
        if (format == "json") { Screen.WriteLine(Json(mounted)); }
        else if (operands.Count == 1) { Screen.WriteLine(mounted[0].Path); }
        else { Screen.Write(Table(mounted)); }

        return ExitStatus.Success;
    }

    private string Table(IReadOnlyList<MountedContainer> mounted)
    {
        var text = new StringBuilder();
        foreach (MountedContainer one in mounted) { text.Append(noTruncate ? one.Container.Id : one.Container.Id[..ShortId]).Append("  ").Append(one.Path).Append('\n'); }

        return text.ToString();
    }

    private static string Json(IReadOnlyList<MountedContainer> mounted)
    {
        using var bytes = new MemoryStream();
        using (var json = new Utf8JsonWriter(bytes, new JsonWriterOptions { Indented = true, IndentSize = 1, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            json.WriteStartArray();
            foreach (MountedContainer one in mounted)
            {
                json.WriteStartObject();
                json.WriteString("id"u8, one.Container.Id);
                json.WriteStartArray("Names"u8);
                json.WriteStringValue(one.Container.Name);
                json.WriteEndArray();
                json.WriteString("mountpoint"u8, one.Path);
                json.WriteEndObject();
            }

            json.WriteEndArray();
        }

        return Encoding.UTF8.GetString(bytes.GetBuffer().AsSpan(0, (int)bytes.Length));
    }
}

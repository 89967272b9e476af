using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Inro.Cli.Arguments;
using Inro.Cli.Output;
using Inro.Engine;
using Inro.Engine.Archives;

namespace Inro.Cli.Verbs;

/// <summary><c>inro diff</c>: what a container has changed in its files.</summary>
internal sealed class DiffVerb : Verb
{
    private readonly ContainerSelection selection = new(states: null);
    private string? format;

    public override string Usage => "[OPTIONS] CONTAINER";

    public override string Summary => "Inspect changes to files or directories on a container's filesystem";

    public override string[] Aliases => ["container diff", "diff"];

    public override string[] Examples => ["inro diff web", "inro diff --format json web"];

    public override ContainerSelection? Selection => selection;

    public override int LeastOperands => 1;

    public override int MostOperands => 1;

    public override bool NeedsIds => true;

    public override Completion Offers => Completion.Container;

    public override void AddFlags(FlagTable table)
    {
        table
            .Text("format", '\0', "Print the changes in another form: 'json'", v => format = v, offers: Completion.Of("json"));
        selection.AddLatest(table);
    }

    public override int Run(IReadOnlyList<string> operands, Session session)
    {
        if (format is not (null or "" or "json")) { throw new EngineException(ErrorCode.InvalidArgument, "only supported value for '--format' is 'json'", "--format json"); }

        IReadOnlyList<FileChange> changes = Changes(operands[0], session);
        Screen.Write(format == "json" ? Json(changes) : Lines(changes));
        return ExitStatus.Success;
    }

    /// <summary>An image's topmost layer is told, too, where no container has the name.</summary>
    private static IReadOnlyList<FileChange> Changes(string name, Session session)
    {
        var archives = new ContainerArchives(session.Paths, session.Containers, session.Images);
        try { return archives.Changes(name); }
        catch (EngineException unknown) when (unknown.Code == ErrorCode.NotFound && session.Images.TryResolve(name) is not null) { return archives.ChangesOfImage(name); }
    }

    private static string Lines(IReadOnlyList<FileChange> changes)
    {
        var text = new StringBuilder();
        foreach (FileChange change in changes) { text.Append(change.Letter).Append(' ').Append(ScreenText.Of(change.Path)).Append('\n'); }

        return text.ToString();
    }

    private static string Json(IReadOnlyList<FileChange> changes)
    {
        using var bytes = new MemoryStream();
        using (var json = new Utf8JsonWriter(bytes, new JsonWriterOptions { Indented = true, IndentSize = 5, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            json.WriteStartObject();
            Write(json, "changed"u8, changes, FileChangeKind.Changed);
            Write(json, "added"u8, changes, FileChangeKind.Added);
            Write(json, "deleted"u8, changes, FileChangeKind.Deleted);
            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(bytes.GetBuffer().AsSpan(0, (int)bytes.Length)) + "\n";
    }

    private static void Write(Utf8JsonWriter json, ReadOnlySpan<byte> name, IReadOnlyList<FileChange> changes, FileChangeKind kind)
    {
        bool isBegun = false;
        foreach (FileChange change in changes)
        {
            if (change.Kind != kind) { continue; }

            if (!isBegun) { json.WriteStartArray(name); }

            isBegun = true;
            json.WriteStringValue(change.Path);
        }

        if (isBegun) { json.WriteEndArray(); }
    }
}

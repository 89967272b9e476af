using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Inro.Cli.Arguments;
using Inro.Cli.Output;
using Inro.Engine;
using Inro.Engine.Mounts;
using Inro.Engine.Rootless;

namespace Inro.Cli.Verbs;

/// <summary><c>inro image mount</c>: an image's files at a path, for reading; podman's flags, output and exit status.</summary>
internal sealed class ImageMountVerb : Verb
{
    private bool all;
    private string? format;

    public override string Usage => "[OPTIONS] [IMAGE...]";

    public override string Summary => "Mount images' file systems for reading and print where, or list those that are mounted";

    public override int OwnFailure => ExitStatus.Refused;

    public override Completion Offers => Completion.Image;

    public override void AddFlags(FlagTable table) => table
        .Switch("all", 'a', "Mount all images", v => all = v)
        .Text("format", '\0', "Print the mounted images in another form: 'json'", v => format = v, offers: Completion.Of("json"));

    public override int Run(IReadOnlyList<string> operands, Session session)
    {
        RequireNamespace("mount");
        if (format is not (null or "" or "json")) { throw new EngineException(ErrorCode.InvalidArgument, $"unknown --format argument: \"{format}\"", "--format json"); }

        if (all && operands.Count > 0) { throw BothGiven(); }

        var service = new ImageMountService(session.Paths, session.Images);
        IReadOnlyList<MountedImage> mounted = all ? service.MountAll() : operands.Count > 0 ? service.Mount(operands) : service.List();
        if (format == "json") { Screen.WriteLine(Json(mounted)); }
        else if (operands.Count == 1) { Screen.WriteLine(mounted[0].Path); }
        else { Screen.Write(Table(mounted)); }

        return ExitStatus.Success;
    }

    /// <summary>An ordinary user's mounts are there for as long as the namespace is, and one made for this command alone would end with it.</summary>
    public static void RequireNamespace(string name, string kind = "image")
    {
        if (!RootlessEntry.IsNeeded) { return; }

        throw new EngineException(
            ErrorCode.PreconditionFailed,
            $"an ordinary user's {kind}s are mounted in a mount namespace, which would be gone when this command is over",
            $"inro unshare, and there inro {kind} {name}");
    }

    /// <summary>The same words for both verbs.</summary>
    public static EngineException BothGiven(string kind = "image") =>
        new(ErrorCode.InvalidArgument, $"when using the --all switch, you may not pass any {kind} names or IDs", "leave out the one or the other");

    private static string NameOf(MountedImage mounted) => mounted.Image.References.Count > 0 ? mounted.Image.References[0] : mounted.Image.Id;

    private static string Table(IReadOnlyList<MountedImage> mounted)
    {
        int width = 0;
        foreach (MountedImage one in mounted) { width = Math.Max(width, NameOf(one).Length); }

        var text = new StringBuilder();
        foreach (MountedImage one in mounted) { text.Append(NameOf(one).PadRight(width + 2)).Append(one.Path).Append('\n'); }

        return text.ToString();
    }

    private static string Json(IReadOnlyList<MountedImage> mounted)
    {
        using var bytes = new MemoryStream();
        using (var json = new Utf8JsonWriter(bytes, new JsonWriterOptions { Indented = true, IndentSize = 1, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            json.WriteStartArray();
            foreach (MountedImage one in mounted)
            {
                json.WriteStartObject();
                json.WriteString("id"u8, one.Image.Id[7..]);
                Write(json, "Names"u8, [one.Image.ManifestDigest]);
                Write(json, "Repositories"u8, one.Image.References);
                json.WriteString("mountpoint"u8, one.Path);
                json.WriteEndObject();
            }

            json.WriteEndArray();
        }

        return Encoding.UTF8.GetString(bytes.GetBuffer().AsSpan(0, (int)bytes.Length));
    }

    private static void Write(Utf8JsonWriter json, ReadOnlySpan<byte> name, IReadOnlyList<string> texts)
    {
        json.WriteStartArray(name);
        foreach (string text in texts) { json.WriteStringValue(text); }

        json.WriteEndArray();
    }
}

using System.Text.Json;
using Inro.Conformance.Containers;
using Inro.KernelTests.Harness;
using Inro.KernelTests.Images.Support;
using Inro.Spec;
using Xunit;

namespace Inro.Conformance.Images;

/// <summary><c>inro manifest</c>: lists put together here and given to a registry, read by skopeo and pulled.</summary>
public sealed class ManifestVerbTests
{
    private const Needs Usual = Instance.Usual | Needs.Registry | Needs.Skopeo;

    [KernelFact(Usual)]
    public void A_list_is_made_annotated_looked_at_and_pushed()
    {
        using var registry = new TestRegistry();
        registry.Put(TestImages.BusyboxImage(), "one:1");
        registry.Put(TestImages.BusyboxImage().Layer(new TarWriter().File("etc/two", "2")), "two:1");
        using Instance inro = Instance.Empty();
        (string list, string one, string two) = ($"{registry.Host}/app:1", $"{registry.Host}/one:1", $"{registry.Host}/two:1");

        string created = inro.Ok("manifest", "create", list, one);
        ToolResult again = inro.Run("manifest", "create", list, two);
        string amended = inro.Ok("manifest", "create", "--amend", list, two);
        string annotated = inro.Ok("manifest", "annotate", "--os", "linux", "--arch", "arm64", "--variant", "v8", "--os-version", "1", "--os-features", "x", list, two);
        string shown = inro.Ok("manifest", "inspect", list);
        JsonElement verbose = JsonDocument.Parse(inro.Ok("manifest", "inspect", "-v", list, two)).RootElement;
        string[] pushed = Lines(inro.Ok("manifest", "push", "--purge", list));
        string there = Skopeo("inspect", "--raw", "--tls-verify=false", "docker://" + list);
        ToolResult gone = inro.Run("manifest", "rm", list);

        Assert.Equal($"Created manifest list {list}\n", created);
        Assert.Equal(created, amended);
        Assert.Equal((1, true), (again.ExitCode, again.Error.StartsWith("inro: refusing to amend an existing manifest list with no --amend flag\n", StringComparison.Ordinal)));
        Assert.Equal("", annotated);
        Assert.StartsWith("{\n   \"schemaVersion\": 2,\n   \"mediaType\": \"application/vnd.oci.image.index.v1+json\",\n   \"manifests\": [\n      {\n", shown, StringComparison.Ordinal);
        Assert.Equal(two, verbose.GetProperty("Ref").GetString());
        Assert.Equal("v8", verbose.GetProperty("Descriptor").GetProperty("platform").GetProperty("variant").GetString());
        Assert.Equal(2, verbose.GetProperty("OCIManifest").GetProperty("schemaVersion").GetInt32());
        Assert.Equal($"Pushed ref {registry.Host}/app@{verbose.GetProperty("Descriptor").GetProperty("digest").GetString()} with digest: {verbose.GetProperty("Descriptor").GetProperty("digest").GetString()}", pushed[1]);
        Assert.Equal(Digest.Sha256(System.Text.Encoding.UTF8.GetBytes(there)).ToString(), pushed[2]);
        Assert.Equal((1, $"inro: No such manifest: {list}\n"), (gone.ExitCode, gone.Error.Split("try:")[0]));
        Assert.Equal("arm64", JsonDocument.Parse(there).RootElement.GetProperty("manifests")[1].GetProperty("platform").GetProperty("architecture").GetString());
        inro.Ok("pull", "-q", list);
        inro.Ok("pull", "-q", "--platform", "linux/arm64", list);
    }

    [KernelFact(Usual)]
    public void An_index_is_taken_apart_only_when_all_of_it_is_wanted()
    {
        using var registry = new TestRegistry();
        using Instance inro = Instance.Empty();
        TestIndex.Write(inro.Beside("multi"));
        Skopeo("copy", "--all", "--dest-tls-verify=false", $"oci:{inro.Beside("multi")}:multi", $"docker://{registry.Host}/multi:1");
        registry.Put(TestImages.BusyboxImage(), "box:1");
        (string list, string multi) = ($"{registry.Host}/app:1", $"{registry.Host}/multi:1");

        ToolResult refused = inro.Run("manifest", "create", list, multi);
        inro.Ok("manifest", "create", "--all", list, multi);
        string added = inro.Ok("manifest", "add", "--arch", "riscv64", list, $"{registry.Host}/box:1");
        ToolResult absent = inro.Run("manifest", "add", $"{registry.Host}/none:1", $"{registry.Host}/box:1");
        inro.Ok("manifest", "push", list);
        string shown = Skopeo("inspect", "--raw", "--tls-verify=false", "docker://" + list);

        Assert.Contains("is a manifest list", refused.Error, StringComparison.Ordinal);
        Assert.Equal(list + "\n", added);
        Assert.Contains("No such manifest", absent.Error, StringComparison.Ordinal);
        Assert.Equal(["amd64", "arm64", "unknown", "riscv64"], JsonDocument.Parse(shown).RootElement.GetProperty("manifests").EnumerateArray().Select(static m => m.GetProperty("platform").GetProperty("architecture").GetString()!));
    }

    [KernelFact(Usual)]
    public void What_a_registry_has_is_shown_as_it_is()
    {
        using var registry = new TestRegistry();
        registry.Put(TestImages.BusyboxImage(), "box:1");
        using Instance inro = Instance.Empty();
        string name = $"{registry.Host}/box:1";

        string shown = inro.Ok("manifest", "inspect", name);
        JsonElement verbose = JsonDocument.Parse(inro.Ok("manifest", "inspect", "--verbose", name)).RootElement;
        ToolResult none = inro.Run("manifest", "inspect", $"{registry.Host}/box:2");

        Assert.StartsWith("{\n\t\"schemaVersion\": 2,\n", shown, StringComparison.Ordinal);
        Assert.Equal(Skopeo("inspect", "--raw", "--tls-verify=false", "docker://" + name), System.Text.Encoding.UTF8.GetString(verbose.GetProperty("Raw").GetBytesFromBase64()));
        Assert.Equal(Platform.Host.Architecture, verbose.GetProperty("Descriptor").GetProperty("platform").GetProperty("architecture").GetString());
        Assert.Equal(1, none.ExitCode);
    }

    private static string Skopeo(params string[] arguments) => Tool.Run("skopeo", arguments, TimeSpan.FromSeconds(60)).Ok().Output;

    private static string[] Lines(string text) => text.Split('\n', StringSplitOptions.RemoveEmptyEntries);
}

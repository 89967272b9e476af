using System.Text.Json.Nodes;

namespace Inro.Conformance.Oci.Attacks;

internal static partial class AttackList
{
    private const string IdentityFile = "src/Inro.Runtime/Steps/IdentityStep.cs";

    /// <summary>Texts that name no user, or one that is none.</summary>
    private static readonly string[] NoUsers = ["", "1abc", "0x10", " 1", "1 ", "+1", "-1", "4294967295", "4294967296", "8589934592", "99999999999999999999", "1:4294967295", "1:4294967296", "1:", ":1", "1:2:3"];

    private static readonly string[] NoIds = ["4294967295", "4294967296", "-1", "\"0\"", "1.5"];

    private static IEnumerable<Attack> Identity() =>
    [
        new()
        {
            Case = 6, Name = "inheritable capabilities of an exec", Known = "CVE-2022-29162", Against = "src/inro/Verbs/Oci/ExecVerb.cs",
            Does = "exec --cap, and a look at the inheritable and ambient sets",
            Try = static b => Inside(b, () => Inheritable(b.Oci("exec", "--cap", "CAP_NET_RAW", b.Id, "/bin/grep", "-E", "Cap(Inh|Amb)", "/proc/self/status").Ok().Output)),
        },
        new()
        {
            Case = 6, Name = "inheritable capabilities of a new configuration", Known = "CVE-2022-29162", Against = "src/inro/Verbs/Oci/StarterConfig.cs", Runc = Outcome.Succeeds, Crun = Outcome.Succeeds,
            Does = "what spec writes gives inheritable or ambient capabilities",
            Try = static b =>
            {
                File.Delete(b.Path + "/config.json");
                b.Oci("spec").Ok();
                JsonNode? sets = JsonNode.Parse(File.ReadAllText(b.Path + "/config.json"))!["process"]!["capabilities"];
                return string.Concat(((string[])["inheritable", "ambient"]).Select(name => sets?[name] is JsonArray { Count: > 0 } ? $"{Loot.Mark}{name}\n" : ""));
            },
        },
        new()
        {
            Case = 14, Name = "user of an exec that is none", Known = "CVE-2026-30892", Against = "src/inro/Verbs/Oci/ExecFlags.cs", Runc = Outcome.Succeeds, Crun = Outcome.Succeeds,
            Does = "exec --user with texts that are no ids, ids that are too large, and 4294967295, which the kernel takes for \"as it is\"",
            Try = static b => Inside(b, () => Known(b) + string.Concat(NoUsers.Select(user => b.Oci("exec", "--user", user, b.Id, "/bin/id") is { ExitCode: 0 } ran ? $"{Loot.Mark}{ran.Output.Trim()} as \"{user}\"\n" : ""))),
        },
        new()
        {
            Case = 14, Name = "user of a configuration that is none", Known = "CVE-2026-30892", Against = IdentityFile, Crun = Outcome.Succeeds,
            Does = "process.user with the same numbers",
            Try = static b => string.Concat(from field in (string[])["uid", "gid"] from id in NoIds select As(b, field, id)),
        },
    ];

    /// <summary>A user that is one.</summary>
    private static string Known(Bundle bundle) =>
        bundle.Oci("exec", "--user", "7:8", bundle.Id, "/bin/id").Ok().Output.Trim() is "uid=7 gid=8" ? "" : throw new InvalidOperationException("exec --user has no effect");

    private static string Inheritable(string status) =>
        string.Concat(status.Split('\n').Where(static line => line.Contains('\t', StringComparison.Ordinal) && line.Split('\t')[1].Trim('0').Length > 0).Select(static line => $"{Loot.Mark}{line}\n"));

    private static string As(Bundle bundle, string field, string id)
    {
        JsonPath.Put(bundle.Config, "process.user", """{"uid":1,"gid":1}""");
        JsonPath.Put(bundle.Config, "process.user." + field, id);
        bundle.Script("id");
        return bundle.Run() is { ExitCode: 0 } ran ? $"{Loot.Mark}{ran.Output.Trim()} as {field} {id}\n" : "";
    }
}

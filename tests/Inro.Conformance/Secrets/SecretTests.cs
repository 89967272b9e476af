using System.Text.Json;
using Inro.Conformance.Containers;
using Inro.KernelTests.Harness;
using Xunit;

namespace Inro.Conformance.Secrets;

/// <summary><c>inro secret …</c> and <c>--secret</c>.</summary>
public sealed class SecretTests
{
    private const string Secret = "what-nobody-must-find";

    [KernelFact(Instance.Usual)]
    public void A_secret_is_made_listed_looked_at_replaced_and_removed()
    {
        using Instance inro = Instance.Empty();

        string id = inro.Feed(Secret, "secret", "create", "--label", "a=b", "key", "-").Ok().Output.TrimEnd('\n');
        Assert.Matches("^[0-9a-f]{25}$", id);
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode($"{inro.Root}/secrets/{id}"));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode($"{inro.Root}/secrets"));
        JsonElement shown = JsonDocument.Parse(inro.Ok("secret", "inspect", "key")).RootElement[0];
        Assert.Equal(["ID", "CreatedAt", "UpdatedAt", "Spec"], shown.EnumerateObject().Select(static p => p.Name));
        Assert.Equal("""{"Name":"key","Driver":{"Name":"file","Options":{}},"Labels":{"a":"b"}}""", JsonSerializer.Serialize(shown.GetProperty("Spec")));
        Assert.Equal(Secret + "\n", inro.Ok("secret", "inspect", "--showsecret", "-f", "{{.SecretData}}", id[..6]));
        Assert.StartsWith($"ID:\t\t\t{id}\nName:\t\t\tkey\nLabels:\n - a=b\nDriver:\t\t\tfile\n", inro.Ok("secret", "inspect", "--pretty", "key"), StringComparison.Ordinal);
        Assert.StartsWith("ID                          NAME      DRIVER    CREATED", inro.Ok("secret", "ls"), StringComparison.Ordinal);
        Assert.Equal($"{id}\n", inro.Ok("secret", "ls", "-q", "--filter", "name=k", "--filter", "label=a"));
        Assert.Equal("", inro.Ok("secret", "ls", "-q", "--filter", "name=x"));

        ToolResult taken = inro.Feed("x", "secret", "create", "key", "-");
        Assert.Equal((1, "inro: key: secret name in use"), (taken.ExitCode, taken.Error.Split('\n')[0]));
        inro.Environment["OF_ENVIRONMENT"] = "other";
        string other = inro.Ok("secret", "create", "--env", "--replace", "key", "OF_ENVIRONMENT").TrimEnd('\n');
        Assert.Equal("other\n", inro.Ok("secret", "inspect", "--showsecret", "-f", "{{.SecretData}}", "key"));
        Assert.Equal([other], Directory.EnumerateFiles(inro.Root + "/secrets").Select(Path.GetFileName));
        Assert.Equal("key\n", inro.Ok("secret", "rm", "key"));
        Assert.Equal((1, "inro: no such secret: key"), (inro.Run("secret", "rm", "key").ExitCode, inro.Run("secret", "rm", "key").Error.Split('\n')[0]));
        Assert.Empty(Directory.EnumerateFiles(inro.Root + "/secrets"));
        Assert.Equal(1, inro.Run("secret", "exists", "key").ExitCode);
    }

    [KernelTheory(Instance.Usual)]
    [InlineData("", "key", "secret data must be larger than 0")]
    [InlineData("x", "a/b", "invalid secret name 'a/b', only 64 [a-zA-Z0-9-_.] characters allowed")]
    public void What_is_no_secret_is_refused(string data, string name, string told)
    {
        using Instance inro = Instance.Empty();

        ToolResult refused = inro.Feed(data, "secret", "create", name, "-");

        Assert.Equal(1, refused.ExitCode);
        Assert.Contains(told, refused.Error, StringComparison.Ordinal);
        Assert.Empty(inro.Ok("secret", "ls", "-q"));
    }

    [KernelFact(Instance.Usual)]
    public void A_container_gets_it_in_memory_and_nothing_of_it_is_on_the_disk_but_the_store()
    {
        using Instance inro = Instance.WithBusybox();
        string id = inro.Feed(Secret, "secret", "create", "key", "-").Ok().Output.TrimEnd('\n');

        inro.Ok("run", "-d", "--name", "box", "--secret", "key", "--secret", "key,target=sub/named,uid=5,gid=6,mode=0400", "--secret", "key,target=/etc/absolute", "--secret", "key,type=env,target=KEY",
            "busybox", "sh", "-c", "echo $KEY; stat -c '%a %u:%g' /run/secrets/key /run/secrets/sub/named /etc/absolute; cat /run/secrets/key /etc/absolute; stat -f -c ' %T' /run/secrets; touch /run/secrets/x; sleep 1000");

        string[] said = [];
        Instance.WaitFor(() => (said = inro.Run("logs", "box").Output.Split('\n', StringSplitOptions.RemoveEmptyEntries)).Length == 5, "the container says nothing");
        Assert.Equal(Secret, said[0]);
        Assert.Equal(["444 0:0", "400 5:6", "444 0:0"], said[1..4]);
        Assert.StartsWith($"{Secret}{Secret} ", said[4], StringComparison.Ordinal);
        Instance.WaitFor(() => inro.Run("logs", "box").Error.Contains("Read-only file system", StringComparison.Ordinal), "the directory can be written to");
        inro.Ok("stop", "-t", "0", "box");
        Assert.Equal([$"{inro.Root}/secrets/{id}"], Holding(inro.Root).Where(p => !p.Contains("/containers/", StringComparison.Ordinal) || !p.Contains("log", StringComparison.Ordinal)));
        Assert.DoesNotContain(Secret, inro.Ok("inspect", "box"), StringComparison.Ordinal);
        Assert.DoesNotContain("/run/mounts/", File.ReadAllText("/proc/self/mountinfo").Split('\n').Where(l => l.Contains(inro.Root, StringComparison.Ordinal)).DefaultIfEmpty("").Aggregate(static (a, b) => a + b), StringComparison.Ordinal);
    }

    [KernelFact(Instance.Usual)]
    public void One_that_is_not_there_is_told_when_the_container_is_made_or_started()
    {
        using Instance inro = Instance.WithBusybox();

        ToolResult missing = inro.Run("run", "--rm", "--secret", "key", "busybox", "true");
        Assert.Equal((125, "inro: no such secret: key"), (missing.ExitCode, missing.Error.Split('\n')[0]));
        inro.Feed("x", "secret", "create", "key", "-").Ok();
        inro.Ok("create", "--name", "box", "--secret", "key", "busybox", "cat", "/run/secrets/key");
        inro.Ok("secret", "rm", "key");
        ToolResult gone = inro.Run("start", "-a", "box");

        Assert.NotEqual(0, gone.ExitCode);
        Assert.Contains("no such secret: key", gone.Error, StringComparison.Ordinal);
    }

    // plain files that have the text in them
    private static IEnumerable<string> Holding(string directory) =>
        Directory.EnumerateFiles(directory, "*", new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.ReparsePoint })
            .Where(f => new FileInfo(f).Length < 64 << 20 && (File.GetUnixFileMode(f) & UnixFileMode.UserRead) != 0 && !IsSpecial(f) && File.ReadAllBytes(f).AsSpan().IndexOf(System.Text.Encoding.ASCII.GetBytes(Secret)) >= 0);

    private static bool IsSpecial(string path) => (File.GetAttributes(path) & FileAttributes.Device) != 0 || new FileInfo(path).Length == 0;
}

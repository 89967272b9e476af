using Inro.KernelTests.Harness;
using Xunit;

namespace Inro.KernelTests.HarnessTests;

/// <summary>A check that cannot fail proves nothing: each kind of leak is made on purpose here, and must be found and given back.</summary>
[Collection(ExclusiveTests.Name)]
public sealed class LeakCheckTests
{
    private static readonly TimeSpan Short = TimeSpan.FromMilliseconds(100);

    [Fact]
    public void Nothing_done_is_nothing_found()
    {
        using var leaks = LeakCheck.BeginExclusive();

        Assert.Empty(leaks.Find());
    }

    [Fact]
    public void A_process_started_through_the_harness_is_found_and_ended()
    {
        LeakCheck leaks = Impatient();
        Tool.Run("sh", ["-c", "sleep 300 >/dev/null 2>&1 &"], TimeSpan.FromSeconds(10)).Ok();

        Leak found = Assert.Single(leaks.Find());
        Assert.Equal("process", found.Kind);
        Assert.Contains("sleep", found.What, StringComparison.Ordinal);

        Assert.Throws<LeakException>(leaks.Dispose);
        using var again = LeakCheck.Begin();
        Assert.Empty(again.Find());
    }

    [KernelFact(Needs.Root)]
    public void A_mount_under_a_watched_directory_is_found_and_let_go()
    {
        using TempDir directory = TempDir.With(("here/", ""));
        LeakCheck leaks = Impatient(directory.Path);
        Tool.Run("mount", ["-t", "tmpfs", "tmpfs", directory / "here"], TimeSpan.FromSeconds(10)).Ok();

        Assert.Contains(leaks.Find(), l => l.Kind == "mount");
        Assert.Throws<LeakException>(leaks.Dispose);
        Assert.Empty(MountTable.Under(directory.Path));
    }

    [KernelFact(Needs.Root | Needs.CgroupV1)]
    public void A_cgroup_with_the_marker_in_its_name_is_found_and_removed()
    {
        LeakCheck leaks = Impatient();
        string cgroup = Path.Combine(Machine.V1Controllers[0], leaks.Marker, "child");
        Directory.CreateDirectory(cgroup);

        Assert.Equal(2, leaks.Find().Count(l => l.Kind == "cgroup"));
        Assert.Throws<LeakException>(leaks.Dispose);
        Assert.False(Directory.Exists(Path.GetDirectoryName(cgroup)));
    }

    [Fact]
    public void A_file_under_a_watched_directory_is_found()
    {
        using TempDir directory = TempDir.With(("old", ""));
        LeakCheck leaks = Impatient(directory.Path);
        directory.File("new", "");

        Assert.Equal(directory / "new", Assert.Single(leaks.Find()).What);
        Assert.Throws<LeakException>(leaks.Dispose);
    }

    [Fact]
    public void A_descriptor_of_the_test_process_is_found()
    {
        using TempDir directory = TempDir.With(("file", ""));
        LeakCheck leaks = LeakCheck.BeginExclusive();
        leaks.Grace = Short;
        using FileStream open = File.OpenRead(directory / "file");

        Assert.Contains(leaks.Find(), l => l.Kind == "descriptor" && l.What.StartsWith(directory / "file", StringComparison.Ordinal));
        Assert.Throws<LeakException>(leaks.Dispose);
    }

    [Fact]
    public void A_leak_does_not_hide_the_assertion_that_failed_before_it()
    {
        using TempDir directory = TempDir.Create();
        LeakException both = Assert.Throws<LeakException>(() =>
        {
            using LeakCheck leaks = Impatient(directory.Path);
            directory.File("left", "");
            Assert.Equal("wanted", "given");
        });

        Assert.Contains("left behind", both.Message, StringComparison.Ordinal);
        Assert.Contains("given", both.Message, StringComparison.Ordinal);
    }

    private static LeakCheck Impatient(params string[] roots)
    {
        LeakCheck check = LeakCheck.Begin(roots);
        check.Grace = Short;
        return check;
    }
}

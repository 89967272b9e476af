using Inro.KernelTests.Harness;
using Inro.Runtime;
using Inro.Spec.Runtime;
using Xunit;

namespace Inro.KernelTests.Containers;

/// <summary>The mount option tmpcopyup: a tmpfs that begins with what the image has at its place.</summary>
public sealed class CopyUpTests
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(20);

    [KernelFact(Needs.Root | Needs.Busybox)]
    public void The_tmpfs_begins_with_what_the_image_has_and_the_image_does_not_change()
    {
        using var fixture = new ContainerFixture();
        Fill(fixture);
        (string output, int status) = fixture.Run(WithTmpfs("""
            cd /etc/app && stat -c '%n %F %a %u:%g %Y' . sub sub/file || exit 1
            cat sub/file; readlink link; stat -c '%h' sub/twin; [ sub/file -ef sub/twin ] && echo same; grep ' /etc/app ' /proc/self/mountinfo | grep -c tmpfs
            echo new > sub/file; rm link; touch fresh; ls
            """));

        Assert.Equal(0, status);
        Assert.Equal(
            ". directory 2751 7:8 1000000000\nsub directory 700 3:4 1100000000\nsub/file regular file 4751 1:2 1200000000\ncontent\n/nowhere/at/all\n2\nsame\n1\nfresh\npipe\nsub\n",
            output);
        Assert.Equal("content\n", File.ReadAllText(fixture.Bundle / "rootfs/etc/app/sub/file"));
        Assert.True(new FileInfo(fixture.Bundle / "rootfs/etc/app/link").LinkTarget is not null, "the image lost its link");
    }

    [KernelFact(Needs.Root | Needs.Busybox | Needs.Setcap)]
    public void Capabilities_of_files_are_copied()
    {
        using var fixture = new ContainerFixture();
        Fill(fixture);
        fixture.Bundle.File("rootfs/etc/app/busybox", "");
        File.Copy(TestRootfs.BusyboxPath, fixture.Bundle / "rootfs/etc/app/busybox", overwrite: true);
        Tool.Run("chmod", ["755", fixture.Bundle / "rootfs/etc/app/busybox"], Deadline).Ok();
        Tool.Run("setcap", ["cap_kill=ep", fixture.Bundle / "rootfs/etc/app/busybox"], Deadline).Ok();
        RuntimeConfig config = WithTmpfs("/etc/app/busybox grep CapPrm /proc/self/status | /bin/busybox tr -d '\\t'");
        config = config with { Process = config.Process! with { User = new UserConfig { Uid = 1000 }, NoNewPrivileges = false } }; // Config always gives it
        (string output, int status) = fixture.Run(config);

        Assert.Equal(0, status);
        Assert.Equal("CapPrm:0000000000000020\n", output);
    }

    [KernelFact(Needs.Root | Needs.Busybox | Needs.UserNamespaces)]
    public void In_a_user_namespace_the_copies_keep_their_owners()
    {
        using var fixture = new ContainerFixture();
        Fill(fixture);
        Tool.Run("sh", ["-c", $"chown -hR 100000:100000 {fixture.Bundle / "rootfs"} && chown 100005:100006 {fixture.Bundle / "rootfs/etc/app/sub/file"}"], Deadline).Ok();
        (string output, int status) = fixture.Run(ContainerFixture.InUserNamespace(WithTmpfs("cd /etc/app && stat -c '%n %u:%g' . sub sub/file link; echo x > sub/new && ls sub")));

        Assert.Equal(0, status);
        Assert.Equal(". 0:0\nsub 0:0\nsub/file 5:6\nlink 0:0\nfile\nnew\ntwin\n", output);
    }

    [KernelFact(Needs.Root | Needs.Busybox | Needs.UserNamespaces)]
    public void What_the_containers_root_may_not_read_is_not_copied_for_it()
    {
        using var fixture = new ContainerFixture();
        Fill(fixture);
        fixture.Bundle.File("secret/key", "host's", UnixFileMode.UserRead);
        Tool.Run("chown", ["-hR", "100000:100000", fixture.Bundle / "rootfs"], Deadline).Ok();
        RuntimeConfig config = WithTmpfs("cat /etc/app/key");
        config = config with
        {
            Mounts = [.. config.Mounts.SkipLast(1), new MountConfig { Destination = "/etc/app", Type = "bind", Source = "secret", Options = ["bind"] }, config.Mounts[^1]],
        };

        RuntimeException failure = Assert.Throws<RuntimeException>(() => fixture.Run(ContainerFixture.InUserNamespace(config)));

        Assert.Contains("mounts[8].options: tmpcopyup of /etc/app", failure.Message, StringComparison.Ordinal);
        Assert.Contains("EACCES", failure.Message, StringComparison.Ordinal);
    }

    [KernelFact(Needs.Root | Needs.Busybox)]
    public void A_read_only_tmpfs_is_filled_before_it_becomes_so()
    {
        using var fixture = new ContainerFixture();
        Fill(fixture);
        (string output, _) = fixture.Run(WithTmpfs("cat /etc/app/sub/file; echo x > /etc/app/sub/file || echo refused", "ro"));

        Assert.StartsWith("content\n", output, StringComparison.Ordinal);
        Assert.Contains("refused", output, StringComparison.Ordinal);
    }

    [KernelFact(Needs.Root | Needs.Busybox)]
    public void More_than_the_tmpfs_holds_is_refused_with_the_remedy()
    {
        using var fixture = new ContainerFixture();
        fixture.Bundle.File("rootfs/etc/app/large", new string('x', 200_000));

        RuntimeException failure = Assert.Throws<RuntimeException>(() => fixture.Run(WithTmpfs("true", "size=64k")));

        Assert.Contains("ENOSPC", failure.Message, StringComparison.Ordinal);
        Assert.Contains("size=", failure.Remedy, StringComparison.Ordinal);
    }

    [KernelFact(Needs.Root | Needs.Busybox)]
    public void A_link_at_the_place_leads_to_a_directory_of_the_container_only()
    {
        using var fixture = new ContainerFixture();
        using TempDir host = TempDir.With(("file", "host's"));
        fixture.Bundle.Link("rootfs/etc/app", host.Path);
        fixture.Bundle.File("rootfs" + host.Path + "/file", "the image's");
        (string output, int status) = fixture.Run(WithTmpfs("cat /etc/app/file"));

        Assert.Equal((0, "the image's"), (status, output));
    }

    [KernelFact(Needs.Root | Needs.Busybox)]
    public void A_tmpfs_without_a_mode_of_its_own_is_like_the_directory_that_it_covers()
    {
        using var fixture = new ContainerFixture();
        Tool.Run("sh", ["-c", $"cd {fixture.Bundle / "rootfs"} && mkdir one two three && chmod 2710 one two three"], Deadline).Ok();
        RuntimeConfig config = ContainerFixture.Config("stat -c '%n %a' /one /two /three /new; touch /three/x || echo read-only");
        MountConfig[] mounts =
        [
            new() { Destination = "/one", Type = "tmpfs" }, new() { Destination = "/two", Type = "tmpfs", Options = ["mode=0410"] },
            new() { Destination = "/three", Type = "tmpfs", Options = ["ro"] }, new() { Destination = "/new", Type = "tmpfs" },
        ];
        (string output, _) = fixture.Run(config with { Mounts = [.. config.Mounts, .. mounts] });

        Assert.StartsWith("/one 2710\n/two 410\n/three 2710\n/new 1777\n", output, StringComparison.Ordinal);
        Assert.EndsWith("read-only\n", output, StringComparison.Ordinal);
    }

    private static RuntimeConfig WithTmpfs(string script, params string[] options)
    {
        RuntimeConfig config = ContainerFixture.Config(script);
        var capabilities = new CapabilitiesConfig { Bounding = ["CAP_DAC_OVERRIDE", "CAP_KILL"], Effective = ["CAP_DAC_OVERRIDE"], Permitted = ["CAP_DAC_OVERRIDE"] };
        config = config with { Process = config.Process! with { Capabilities = capabilities } }; // Config always gives it
        return config with { Mounts = [.. config.Mounts, new MountConfig { Destination = "/etc/app", Type = "tmpfs", Source = "tmpfs", Options = ["tmpcopyup", .. options] }] };
    }

    private static void Fill(ContainerFixture fixture)
    {
        string app = fixture.Bundle / "rootfs/etc/app";
        fixture.Bundle.File("rootfs/etc/app/sub/file", "content\n");
        fixture.Bundle.Link("rootfs/etc/app/link", "/nowhere/at/all");
        Tool.Run("sh", ["-c", $"""
            cd {app} && ln sub/file sub/twin && mkfifo pipe && chown 1:2 sub/file && chmod 4751 sub/file && chown 3:4 sub && chmod 700 sub && chown 7:8 . && chmod 2751 .
            touch -d @1200000000 sub/file && touch -d @1100000000 sub && touch -d @1000000000 .
            """], Deadline).Ok();
    }
}

using Inro.Engine;
using Xunit;

namespace Inro.Tests.Engine;

public sealed class InstancePathsTests
{
    [Fact]
    public void Root_has_the_systems_directories()
    {
        InstancePaths paths = InstancePaths.Of(null, 0, _ => null);

        Assert.Equal(("/var/lib/inro", "/run/inro", "inro"), (paths.Root, paths.Run, paths.Prefix));
    }

    [Theory]
    [InlineData("/data", "/run/user/7", "/data/inro", "/run/user/7/inro")]
    [InlineData(null, "/run/user/7", "/home/ann/.local/share/inro", "/run/user/7/inro")]
    [InlineData("relative", null, "/home/ann/.local/share/inro", "/tmp/inro-7")]
    public void User_has_directories_of_the_users_own(string? data, string? run, string expectedRoot, string expectedRun)
    {
        InstancePaths paths = InstancePaths.Of(null, 7, name => name switch { "XDG_DATA_HOME" => data, "XDG_RUNTIME_DIR" => run, "HOME" => "/home/ann", _ => null });

        Assert.Equal((expectedRoot, expectedRun), (paths.Root, paths.Run));
    }

    [Theory]
    [InlineData("/srv/x", "/srv/x")]
    [InlineData("/srv//x/", "/srv/x")]
    [InlineData("/srv/y/../x/.", "/srv/x")]
    public void Spellings_of_one_root_are_one_instance(string typed, string root)
    {
        InstancePaths paths = InstancePaths.Of(typed, 0, _ => null);

        Assert.Equal((root, root + "/run"), (paths.Root, paths.Run));
        Assert.Equal(InstancePaths.Of(root, 0, _ => null).Prefix, paths.Prefix);
        Assert.NotEqual(InstancePaths.Of("/srv/z", 0, _ => null).Prefix, paths.Prefix);
    }

    [Fact]
    public void Long_root_has_its_sockets_elsewhere()
    {
        InstancePaths paths = InstancePaths.Of("/" + new string('x', 200), 0, _ => null);

        Assert.Equal("/run/" + paths.Prefix, paths.Run);
    }

    [Fact]
    public void Host_root_is_refused() => Assert.Throws<EngineException>(() => InstancePaths.Of("/", 0, _ => null));

    [Fact]
    public void User_without_a_home_is_told_what_is_missing() =>
        Assert.Contains("HOME", Assert.Throws<EngineException>(() => InstancePaths.Of(null, 7, _ => null)).Problem, StringComparison.Ordinal);

    [Theory]
    [InlineData("2\n", ErrorCode.PreconditionFailed)]
    [InlineData("x", ErrorCode.DataLoss)]
    [InlineData("", ErrorCode.DataLoss)]
    public void Newer_or_damaged_layout_is_refused(string version, ErrorCode expected)
    {
        string root = Directory.CreateTempSubdirectory("inro-paths-").FullName;
        try
        {
            InstancePaths paths = InstancePaths.Of(root, 0, _ => null);
            InstanceDirectories.Prepare(paths);
            InstanceDirectories.Prepare(paths); // a second time is no change
            File.WriteAllText(paths.VersionFile, version);

            Assert.Equal(expected, Assert.Throws<EngineException>(() => InstanceDirectories.Prepare(paths)).Code);
        }
        finally
        {
            Directory.Delete(root, recursive: true);
        }
    }

    [Theory]
    [InlineData(0x6969u, "nfs")]
    [InlineData(0xFF534D42u, "cifs")]
    [InlineData(0x01021997u, "9p")]
    public void Network_file_systems_are_refused_by_name(uint magic, string name) =>
        Assert.Contains($"({name})", Assert.Throws<EngineException>(() => NetworkFileSystem.Refuse("/data", magic)).Problem, StringComparison.Ordinal);

    [Theory]
    [InlineData(0xEF53u)]
    [InlineData(0x01021994u)]
    public void Local_file_systems_are_taken(uint magic) => NetworkFileSystem.Refuse("/data", magic);
}

using System.Text.Json;
using Inro.Engine;
using Inro.Engine.Containers;
using Inro.Engine.Volumes;
using Inro.Server.DockerApi.Containers;
using Inro.Spec.DockerApi;
using Xunit;

namespace Inro.Tests.Server;

public sealed class CreateMappingTests
{
    [Theory]
    [InlineData("", null, null)]
    [InlineData(",\"Cmd\":null,\"Entrypoint\":null", null, null)]
    [InlineData(",\"Cmd\":\"ls\"", "ls", null)]
    [InlineData(",\"Cmd\":[\"ls\",\"-l\"],\"Entrypoint\":[\"sh\"]", "ls -l", "sh")]
    [InlineData(",\"Entrypoint\":[\"\"]", null, "")] // what docker's client sends for --entrypoint ""
    [InlineData(",\"Entrypoint\":[]", null, "")]
    [InlineData(",\"cmd\":[\"ls\"],\"ENTRYPOINT\":\"sh\"", "ls", "sh")] // names in any case
    public void A_command_is_a_list_a_text_or_the_images(string members, string? command, string? entrypoint)
    {
        ContainerConfig config = Read(members);
        Assert.Equal((command, entrypoint), (config.Command is { } c ? string.Join(' ', c) : null, config.Entrypoint is { } e ? string.Join(' ', e) : null));
    }

    [Fact]
    public void What_nobody_asked_for_is_not_asked()
    {
        ContainerConfig config = Read(",\"HostConfig\":{\"Memory\":0,\"MemorySwappiness\":-1,\"PidsLimit\":0,\"NetworkMode\":\"bridge\",\"RestartPolicy\":{\"Name\":\"\"},\"OomKillDisable\":false,\"ShmSize\":0,\"PidMode\":\"\",\"ConsoleSize\":[0,0]}");
        Assert.Equal(new ContainerConfig { Image = "busybox", LogDriver = "json-file" } with { Mounts = config.Mounts }, Comparable(config));
    }

    [Fact]
    public void Ports_are_what_the_command_line_writes()
    {
        ContainerConfig config = Read(",\"ExposedPorts\":{\"80/tcp\":{}},\"HostConfig\":{\"PortBindings\":{\"80/tcp\":[{\"HostIp\":\"127.0.0.1\",\"HostPort\":\"8080\"},{\"HostIp\":\"::1\",\"HostPort\":\"\"}],\"53/udp\":[{\"HostPort\":\"\"}]}}");
        Assert.Equal(["127.0.0.1:8080:80/tcp", "[::1]::80/tcp", "53/udp"], config.PublishedPorts);
        Assert.Equal(["80/tcp"], config.ExposedPorts);
    }

    [Fact]
    public void Mounts_come_from_four_places()
    {
        ContainerConfig config = Read(",\"Volumes\":{\"/v\":{},\"/b\":{}},\"HostConfig\":{\"Binds\":[\"/a:/b:ro\"],\"Tmpfs\":{\"/t\":\"size=1m\"},\"Mounts\":[{\"Type\":\"volume\",\"Source\":\"data\",\"Target\":\"/d\",\"VolumeOptions\":{\"Subpath\":\"x\"}}]}");
        Assert.Equal(
            [(MountKind.Bind, "/a", "/b", true), (MountKind.Volume, "data", "/d", false), (MountKind.Tmpfs, "", "/t", false), (MountKind.Volume, "", "/v", false)],
            config.Mounts.Select(static m => (m.Kind, m.Source, m.Target, m.ReadOnly)));
    }

    [Fact]
    public void A_value_of_null_is_an_empty_one() =>
        Assert.Equal("", Read(",\"Labels\":{\"a\":null}").Labels["a"]);

    [Theory]
    [InlineData(",\"HostConfig\":{\"AutoRemove\":true,\"RestartPolicy\":{\"Name\":\"always\"}}", ErrorCode.InvalidArgument)]
    [InlineData(",\"HostConfig\":{\"RestartPolicy\":{\"Name\":\"always\",\"MaximumRetryCount\":3}}", ErrorCode.InvalidArgument)]
    [InlineData(",\"HostConfig\":{\"RestartPolicy\":{\"Name\":\"sometimes\"}}", ErrorCode.InvalidArgument)]
    [InlineData(",\"HostConfig\":{\"Mounts\":[{\"Type\":\"npipe\",\"Target\":\"/a\"}]}", ErrorCode.InvalidArgument)]
    [InlineData(",\"HostConfig\":{\"MaskedPaths\":[\"/proc/kcore\"]}", ErrorCode.NotImplemented)]
    [InlineData(",\"NetworkingConfig\":{\"EndpointsConfig\":{\"mine\":{}}}", ErrorCode.NotImplemented)]
    public void What_cannot_be_kept_is_refused(string members, ErrorCode code) => Assert.Equal(code, Assert.Throws<EngineException>(() => Read(members)).Code);

    [Fact]
    public void Two_empty_lists_of_paths_show_the_whole_system() =>
        Assert.Equal(["systempaths=unconfined"], Read(",\"HostConfig\":{\"MaskedPaths\":[],\"ReadonlyPaths\":[]}").SecurityOptions);

    [Theory]
    [InlineData(0x81ED, 0x1EDu)] // a file, 0755
    [InlineData(0x43FF, 0x80100000u | 0x1FF)] // a directory with the sticky bit
    [InlineData(0xA1FF, 0x080001FFu)] // a link
    [InlineData(0x8DED, 0x00C001EDu)] // set-user-id and set-group-id
    [InlineData(0x21B6, 0x042001B6u)] // a character device
    [InlineData(0x11B6, 0x020001B6u)] // a FIFO
    public void Modes_have_gos_bits(int mode, uint expected) => Assert.Equal(expected, PathStatView.GoMode((uint)mode));

    // Lists are compared by reference; none of these is set here.
    private static ContainerConfig Comparable(ContainerConfig c)
    {
        var empty = new ContainerConfig { Image = "" };
        Assert.All(new System.Collections.IEnumerable[] { c.Environment, c.Groups, c.Devices, c.Dns, c.ExposedPorts, c.PublishedPorts, c.ResourceLimits, c.SecurityOptions, c.CapabilitiesAdded, c.Labels, c.LogOptions }, Assert.Empty);
        return empty with
        {
            Image = c.Image, LogDriver = c.LogDriver, MemoryBytes = c.MemoryBytes, MemorySwappiness = c.MemorySwappiness, PidsLimit = c.PidsLimit, NetworkMode = c.NetworkMode, Restart = c.Restart,
            OomKillDisable = c.OomKillDisable, ShmSizeBytes = c.ShmSizeBytes, PidMode = c.PidMode, ConsoleRows = c.ConsoleRows, Health = c.Health, IpcMode = c.IpcMode, Runtime = c.Runtime, Mounts = c.Mounts,
        };
    }

    private static ContainerConfig Read(string members) =>
        CreateMapping.Read(JsonSerializer.Deserialize("{\"Image\":\"busybox\"" + members + "}", DockerRequestJson.Default.ContainerCreateRequest)!, name: null);
}

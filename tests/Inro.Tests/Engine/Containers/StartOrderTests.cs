using Inro.Engine.Containers;
using Xunit;

namespace Inro.Tests.Engine.Containers;

/// <summary>Which container comes first at boot.</summary>
public sealed class StartOrderTests
{
    [Fact]
    public void Who_is_needed_comes_first()
    {
        ContainerRecord[] all =
        [
            Record("aa", c => c with { NetworkMode = "container:dd" }),
            Record("bb", c => c with { VolumesFrom = ["cc:ro"] }),
            Record("cc", c => c with { PidMode = "container:aa" }),
            Record("dd", c => c),
        ];

        Assert.Equal("dd aa cc bb", Order(all));
    }

    [Fact]
    public void Compose_notes_what_a_service_needs()
    {
        ContainerRecord[] all =
        [
            Record("web", c => c with { Labels = Labels("web", "shop", "db:service_started:false,cache:service_healthy:true") }),
            Record("db", c => c with { Labels = Labels("db", "shop", "") }),
            Record("cache", c => c with { Labels = Labels("cache", "other", "") }),
        ];

        Assert.Equal("db web cache", Order(all));
    }

    [Fact]
    public void A_circle_is_started_all_the_same() => Assert.Equal(
        "bb aa",
        Order(Record("aa", c => c with { IpcMode = "container:bb" }), Record("bb", c => c with { IpcMode = "container:aa" })));

    private static string Order(params ContainerRecord[] all) => string.Join(' ', StartOrder.Of(all).Select(static r => r.Name));

    private static Dictionary<string, string> Labels(string service, string project, string needs) => new(StringComparer.Ordinal)
    {
        ["com.docker.compose.service"] = service,
        ["com.docker.compose.project"] = project,
        ["com.docker.compose.depends_on"] = needs,
    };

    private static ContainerRecord Record(string name, Func<ContainerConfig, ContainerConfig> with) => new()
    {
        Id = name + new string('0', 64 - name.Length),
        Name = name,
        State = ContainerState.Exited,
        Config = with(new ContainerConfig { Image = "x" }),
        ImageId = "",
        CreatedNanoseconds = 1,
    };
}

using Inro.Engine;
using Inro.Server;
using Xunit;

namespace Inro.Tests.Server;

public sealed class ApiSocketTests : IDisposable
{
    private readonly DirectoryInfo directory = Directory.CreateTempSubdirectory("inro-socket-");

    public void Dispose() => directory.Delete(recursive: true);

    [Fact]
    public void A_file_of_somebody_elses_is_not_replaced()
    {
        string path = directory.FullName + "/notes";
        File.WriteAllText(path, "mine");

        Assert.Equal(ErrorCode.AlreadyExists, Assert.Throws<EngineException>(() => ApiSocket.Claim(path)).Code);

        Assert.Equal("mine", File.ReadAllText(path));
    }
}

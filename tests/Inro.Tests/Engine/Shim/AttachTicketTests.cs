using Inro.Engine.Shim;
using Xunit;

namespace Inro.Tests.Engine.Shim;

public sealed class AttachTicketTests : IDisposable
{
    private readonly DirectoryInfo directory = Directory.CreateTempSubdirectory("inro-ticket-");

    public void Dispose() => directory.Delete(recursive: true);

    [Fact]
    public void Those_who_wait_are_called_and_forgotten()
    {
        string place = directory.FullName + "/one";
        using AttachTicket waiting = AttachTicket.Take(place);

        Assert.Equal(1, AttachTicket.CallAll(place));

        Assert.Equal(0, AttachTicket.CallAll(place));
    }

    [Fact]
    public async Task A_start_goes_on_when_the_last_one_who_waited_leaves_just_then()
    {
        string place = directory.FullName + "/one";
        Task leaving = Task.Run(() =>
        {
            for (int i = 0; i < 5000; i++) { AttachTicket.Take(place).Dispose(); }
        }, TestContext.Current.CancellationToken);

        while (!leaving.IsCompleted) { AttachTicket.CallAll(place); }

        await leaving;
    }
}

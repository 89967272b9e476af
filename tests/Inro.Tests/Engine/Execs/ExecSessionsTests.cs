using Inro.Engine;
using Inro.Engine.Execs;
using Xunit;

namespace Inro.Tests.Engine.Execs;

public sealed class ExecSessionsTests : IDisposable
{
    private static readonly string Container = new('c', 64);

    private readonly string directory = Directory.CreateTempSubdirectory("inro-execs-").FullName;

    private InstancePaths Paths => InstancePaths.Of(directory);

    private ExecSessions Sessions => new(Paths); // anew for each call, as after a kill

    public void Dispose() => Directory.Delete(directory, recursive: true);

    [Fact]
    public void What_was_asked_is_found_again()
    {
        ExecSession made = Make();

        ExecState found = Sessions.Find(made.Id);

        Assert.Equal(made with { Options = found.Session.Options }, found.Session);
        Assert.Equal(["sh", "-c", "exit"], found.Session.Options.Command);
        Assert.Equal(("5", "/tmp", true), (found.Session.Options.User, found.Session.Options.WorkingDirectory, found.Session.Options.Tty));
        Assert.Equal((false, false, 0), (found.IsStarted, found.HasEnded, found.Pid));
        Assert.Equal([made.Id], Sessions.ListOpen(Container));
    }

    [Fact]
    public void One_alone_starts_it()
    {
        ExecSession made = Make();

        Sessions.Claim(made);

        Assert.Equal(ErrorCode.Conflict, Assert.Throws<EngineException>(() => Sessions.Claim(made)).Code);
        Sessions.NoteStart(made, 77);
        Assert.Equal((true, 77), (Sessions.Find(made.Id).IsStarted, Sessions.Find(made.Id).Pid));
    }

    [Fact]
    public void An_end_is_known_until_it_is_old()
    {
        ExecSession made = Make();
        Sessions.NoteFailure(made, 127);

        Assert.Equal((true, 127), (Sessions.Find(made.Id).HasEnded, Sessions.Find(made.Id).ExitCode));
        Assert.Empty(Sessions.ListOpen(Container));

        File.SetLastWriteTimeUtc($"{ExecSessions.DirectoryOf(Paths, Container)}/{made.Id}/exit", DateTime.UnixEpoch);
        Make();
        Assert.Equal(ErrorCode.NotFound, Assert.Throws<EngineException>(() => Sessions.Find(made.Id)).Code);
    }

    [Fact]
    public void Many_that_have_ended_keep_no_other_back_and_the_last_of_them_are_known()
    {
        ExecSession[] ended = [.. Enumerable.Range(0, ExecSessions.MaxSessions + 2).Select(_ => Ended())];

        ExecSession made = Make();

        Assert.False(Sessions.Find(made.Id).HasEnded);
        Assert.True(Sessions.Find(ended[^1].Id).HasEnded);
        Assert.InRange(Directory.GetDirectories(ExecSessions.DirectoryOf(Paths, Container)).Length, 1, ExecSessions.MaxSessions + 1);
    }

    [Fact]
    public void Too_many_that_have_not_ended_are_refused()
    {
        for (int i = 0; i < ExecSessions.MaxSessions; i++) { Make(); }

        Assert.Equal(ErrorCode.ResourceExhausted, Assert.Throws<EngineException>(Make).Code);
    }

    [Fact]
    public void A_command_of_any_size_that_a_request_can_have_is_found_again()
    {
        string large = new('<', 1 << 20);
        ExecSession made = Sessions.Create(new ExecSession { Id = "", ContainerId = Container, Options = new ExecOptions { Command = ["echo", large] } });
        Assert.Equal(["echo", large], Sessions.Find(made.Id).Session.Options.Command);
    }

    [Theory]
    [InlineData("")]
    [InlineData("../execs")]
    [InlineData("abc")]
    [InlineData("zzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzz")]
    public void What_is_no_id_is_not_looked_for(string id)
    {
        Make();
        Assert.Equal(ErrorCode.NotFound, Assert.Throws<EngineException>(() => Sessions.Find(id)).Code);
    }

    private ExecSession Ended()
    {
        ExecSession made = Make();
        Sessions.NoteFailure(made, 0);
        return made;
    }

    private ExecSession Make() => Sessions.Create(new ExecSession
    {
        Id = "",
        ContainerId = Container,
        Options = new ExecOptions { Command = ["sh", "-c", "exit"], Environment = ["A=b"], User = "5", WorkingDirectory = "/tmp", Tty = true },
        AttachStdout = true,
        DetachKeys = "ctrl-a",
        ConsoleRows = 24,
        ConsoleColumns = 80,
    });
}

using Inro.KernelTests.Harness;
using Xunit;

namespace Inro.KernelTests.HarnessTests;

public sealed class PtySessionTests
{
    [Fact]
    public void A_program_has_a_terminal_of_its_size_and_sees_what_is_typed()
    {
        using var leaks = LeakCheck.Begin();
        using var session = PtySession.Start("/bin/sh", "-c", "stty size; read line; echo \"got $line\"; exit 5");

        session.Expect("24 80");
        session.Type("hello\r");

        Assert.Equal(5, session.WaitForExit());
        Assert.Contains("got hello", session.Screen, StringComparison.Ordinal);
    }

    [Fact]
    public void Control_C_interrupts_and_a_new_size_is_signalled()
    {
        using var leaks = LeakCheck.Begin();
        using var session = PtySession.Start("/bin/sh", "-c", "trap 'stty size' WINCH; trap 'echo interrupted; exit 3' INT; echo ready; while :; do sleep 0.1; done");

        session.Expect("ready");
        session.Resize(50, 132);
        session.Expect("50 132");
        session.Type("\x03");

        Assert.Equal(3, session.WaitForExit());
        Assert.Contains("interrupted", session.Screen, StringComparison.Ordinal);
    }

    [Fact]
    public void A_program_that_goes_on_is_ended_with_the_session()
    {
        using var leaks = LeakCheck.Begin();
        using (var session = PtySession.Start("/bin/sh", "-c", "echo up; sleep 300"))
        {
            session.Expect("up");
        }

        Assert.Empty(leaks.Find());
    }
}

using Inro.Conformance.Containers;
using Inro.KernelTests.Harness;
using Xunit;

namespace Inro.Conformance.Api;

/// <summary>An ordinary user's <c>inro serve</c>.</summary>
public sealed class OrdinaryUserTests
{
    [KernelFact(OrdinaryUser.Usual)]
    public void It_serves_containers_that_commands_made_later_and_commands_those_that_it_made()
    {
        using OrdinaryUser user = OrdinaryUser.WithBusybox();
        using StartedInro server = Serve(user, out string socket);
        user.Ok("run", "-d", "--name", "later", "busybox", "sh", "-c", "adduser -D other; sleep 1000");

        string exec = RawClient.Ask(socket, "POST /containers/later/exec", "{\"AttachStdout\":true,\"User\":\"7:7\",\"Cmd\":[\"id\",\"-u\"]}").Body.Split('"')[3];
        using RawClient client = RawClient.Connect(socket);
        client.Send($"POST /exec/{exec}/start", "{\"Detach\":false}").ReadHead();
        Assert.Equal([1, 0, 0, 0, 0, 0, 0, 2, .. "7\n"u8], client.ReadToEnd());
        Assert.StartsWith("HTTP/1.1 204", RawClient.Ask(socket, "POST /containers/later/kill").Status, StringComparison.Ordinal);
        Assert.Equal("137\n", user.Ok("wait", "later"));

        Assert.StartsWith("HTTP/1.1 201", RawClient.Ask(socket, "POST /containers/create?name=own", "{\"Image\":\"busybox\",\"Cmd\":[\"sleep\",\"1000\"]}").Status, StringComparison.Ordinal);
        Assert.StartsWith("HTTP/1.1 204", RawClient.Ask(socket, "POST /containers/own/start").Status, StringComparison.Ordinal);
        Assert.Equal("0\n", user.Ok("exec", "own", "id", "-u"));
        user.Ok("rm", "-f", "own", "later");
        Assert.Empty(user.Leavings());
    }

    [KernelFact(OrdinaryUser.Usual)]
    public void The_server_ends_with_the_command_that_was_killed_and_another_one_serves()
    {
        using OrdinaryUser user = OrdinaryUser.WithBusybox();
        using StartedInro server = Serve(user, out string socket);
        user.Ok("run", "-d", "--name", "one", "busybox", "sleep", "1000");

        server.Kill();
        Instance.WaitFor(() => !File.Exists(socket), "the server is still there");
        using StartedInro next = Serve(user, out socket);

        Assert.StartsWith("HTTP/1.1 204", RawClient.Ask(socket, "POST /containers/one/kill").Status, StringComparison.Ordinal);
        user.Ok("rm", "-f", "one");
        next.Kill();
        Instance.WaitFor(() => !File.Exists(socket), "the server is still there");
    }

    private static StartedInro Serve(OrdinaryUser user, out string socket)
    {
        string path = socket = user.RuntimeDirectory + "/api.sock";
        StartedInro server = user.Start("serve", "--socket", path);
        Instance.WaitFor(() => server.Error.Contains("listening on", StringComparison.Ordinal), $"inro serve does not listen: {server.Error}");
        return server;
    }
}

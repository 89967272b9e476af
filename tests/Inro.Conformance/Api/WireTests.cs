using System.Text;
using System.Text.Json;
using Inro.Conformance.Containers;
using Inro.KernelTests.Harness;
using Xunit;

namespace Inro.Conformance.Api;

/// <summary>The bytes on the socket: what clients rely on and docker's own does not show.</summary>
public sealed class WireTests
{
    [KernelFact(Instance.Usual)]
    public void An_attach_upgrades_and_the_end_of_the_clients_sending_is_not_its_end()
    {
        using Instance instance = Instance.WithBusybox();
        using ApiServerProcess server = ApiServerProcess.Start(instance);
        string id = instance.Ok("create", "busybox", "sh", "-c", "echo out; echo err >&2").Trim();
        using RawClient client = server.Connect();

        string head = client.Send($"POST /v1.42/containers/{id}/attach?stream=1&stdout=1&stderr=1", headers: ["Connection: Upgrade", "Upgrade: tcp"]).ReadHead();
        client.EndSending();
        instance.Ok("start", id);
        byte[] stream = client.ReadToEnd();

        Assert.StartsWith("HTTP/1.1 101 UPGRADED\r\nContent-Type: application/vnd.docker.multiplexed-stream\r\nConnection: Upgrade\r\nUpgrade: tcp\r\n", head, StringComparison.Ordinal);
        byte[] stdout = [1, 0, 0, 0, 0, 0, 0, 4, .. "out\n"u8];
        byte[] stderr = [2, 0, 0, 0, 0, 0, 0, 4, .. "err\n"u8];
        Assert.True(stream.AsSpan().SequenceEqual([.. stdout, .. stderr]) || stream.AsSpan().SequenceEqual([.. stderr, .. stdout]), Convert.ToHexString(stream));
    }

    [KernelFact(Instance.Usual)]
    public void Without_an_upgrade_the_old_answer_is_given_and_raw_bytes_of_a_terminal()
    {
        using Instance instance = Instance.WithBusybox();
        using ApiServerProcess server = ApiServerProcess.Start(instance);
        string id = instance.Ok("create", "-t", "busybox", "echo", "out").Trim();
        using RawClient client = server.Connect();

        string head = client.Send($"POST /v1.24/containers/{id}/attach?stream=1&stdout=1", headers: ["Content-Length: 0"]).ReadHead();
        instance.Ok("start", id);

        Assert.StartsWith("HTTP/1.1 200 OK\r\nContent-Type: application/vnd.docker.raw-stream\r\n", head, StringComparison.Ordinal);
        Assert.DoesNotContain("chunked", head, StringComparison.Ordinal);
        Assert.Equal("out\r\n", Encoding.UTF8.GetString(client.ReadToEnd()));
    }

    [KernelFact(Instance.Usual)]
    public void An_exec_starts_with_a_body_and_what_follows_it_is_its_input()
    {
        using Instance instance = Instance.WithBusybox();
        using ApiServerProcess server = ApiServerProcess.Start(instance);
        instance.Ok("run", "-d", "--name", "one", "busybox", "sleep", "1000");
        string made = RawClient.Ask(server.Socket, "POST /containers/one/exec", "{\"AttachStdin\":true,\"AttachStdout\":true,\"cmd\":[\"sh\",\"-c\",\"cat; exit 9\"]}").Body; // keys in any case
        string exec = made.Split('"')[3];
        using RawClient client = server.Connect();
        const string Body = "{\"Detach\":false,\"Tty\":false}";

        client.SendText($"POST /exec/{exec}/start HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: tcp\r\nContent-Type: application/json\r\nContent-Length: {Body.Length}\r\n\r\n{Body}piped").EndSending();

        Assert.StartsWith("HTTP/1.1 101 UPGRADED\r\n", client.ReadHead(), StringComparison.Ordinal);
        Assert.Equal([1, 0, 0, 0, 0, 0, 0, 5, .. "piped"u8], client.ReadToEnd());
        Assert.Contains("\"Running\":false,\"ExitCode\":9,", RawClient.Ask(server.Socket, $"GET /exec/{exec}/json").Body, StringComparison.Ordinal); // known as soon as the stream has ended
        Assert.StartsWith("HTTP/1.1 409", RawClient.Ask(server.Socket, $"POST /exec/{exec}/start", Body).Status, StringComparison.Ordinal);
    }

    [KernelFact(Instance.Usual)]
    public void A_client_that_sends_all_and_ends_its_sending_at_once_is_answered_every_time()
    {
        using Instance instance = Instance.WithBusybox();
        using ApiServerProcess server = ApiServerProcess.Start(instance);
        instance.Ok("run", "-d", "--name", "one", "-i", "busybox", "sh", "-c", "while read word; do echo got $word; done");
        for (int i = 0; i < 25; i++)
        {
            string made = RawClient.Ask(server.Socket, "POST /containers/one/exec", "{\"AttachStdout\":true,\"Cmd\":[\"echo\",\"x\"]}").Body;
            using RawClient exec = server.Connect();
            using RawClient attach = server.Connect();

            exec.Send($"POST /exec/{made.Split('"')[3]}/start", "{\"Detach\":false}", "Connection: Upgrade", "Upgrade: tcp").EndSending();
            attach.SendText($"POST /containers/one/attach?stream=1&stdin=1&stdout=1 HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\nword{i}\n").EndSending();

            Assert.StartsWith("HTTP/1.1 101", exec.ReadHead(), StringComparison.Ordinal);
            Assert.Equal([1, 0, 0, 0, 0, 0, 0, 2, .. "x\n"u8], exec.ReadToEnd());
            Assert.StartsWith("HTTP/1.1 200", attach.ReadHead(), StringComparison.Ordinal);
            attach.ReadUntil($"got word{i}\n");
        }
    }

    [KernelFact(Instance.Usual)]
    public void An_exec_whose_client_is_gone_runs_to_its_end_and_what_it_writes_is_dropped()
    {
        using Instance instance = Instance.WithBusybox();
        using ApiServerProcess server = ApiServerProcess.Start(instance);
        instance.Ok("run", "-d", "--name", "one", "busybox", "sleep", "1000");
        const string Command = "echo begun; while [ ! -e /go ]; do sleep 0.05; done; seq 50000 || exit 2; seq 50000 >&2 || exit 3; exit 12";
        string made = RawClient.Ask(server.Socket, "POST /containers/one/exec", $"{{\"AttachStdout\":true,\"AttachStderr\":true,\"Cmd\":[\"sh\",\"-c\",\"{Command}\"]}}").Body;
        string exec = made.Split('"')[3];
        using (RawClient client = server.Connect())
        {
            client.Send($"POST /exec/{exec}/start", "{\"Detach\":false}", "Connection: Upgrade", "Upgrade: tcp").ReadUntil("begun");
        }

        instance.Ok("exec", "one", "touch", "/go"); // more than a pipe holds comes now

        Instance.WaitFor(() => RawClient.Ask(server.Socket, $"GET /exec/{exec}/json").Body.Contains("\"Running\":false", StringComparison.Ordinal), "it does not end");
        Assert.Contains("\"ExitCode\":12,", RawClient.Ask(server.Socket, $"GET /exec/{exec}/json").Body, StringComparison.Ordinal);
        Instance.WaitFor(() => EventsOf(instance, exec).Length == 3, "its events are not told");
        Assert.Equal([$"exec_create: sh -c {Command}", $"exec_start: sh -c {Command}", "exec_die"], EventsOf(instance, exec));
        Assert.Contains($"exec_die {exec} 12", instance.Ok("events", "--since", "1h", "--until", "0s", "--filter", "event=exec_die", "--format", "{{.Action}} {{.Actor.Attributes.execID}} {{.Actor.Attributes.exitCode}}"), StringComparison.Ordinal);
    }

    private static string[] EventsOf(Instance instance, string exec) =>
        [.. instance.Ok("events", "--since", "1h", "--until", "0s", "--filter", "event=exec_create", "--filter", "event=exec_start", "--filter", "event=exec_die", "--format", "{{.Actor.Attributes.execID}}|{{.Action}}")
            .Split('\n').Where(line => line.StartsWith(exec, StringComparison.Ordinal)).Select(static line => line.Split('|', 2)[1])];

    [KernelFact(Instance.Usual)]
    public void What_a_stream_leaves_unread_is_no_request()
    {
        using Instance instance = Instance.WithBusybox();
        using ApiServerProcess server = ApiServerProcess.Start(instance);
        instance.Ok("run", "-d", "--name", "one", "busybox", "sleep", "1000");
        string exec = RawClient.Ask(server.Socket, "POST /containers/one/exec", "{\"AttachStdout\":true,\"Cmd\":[\"echo\",\"x\"]}").Body.Split('"')[3];
        using RawClient client = server.Connect();

        client.Send($"POST /exec/{exec}/start", "{}").Send("POST /containers/one/rename?name=taken");

        client.ReadHead();
        Assert.Equal([1, 0, 0, 0, 0, 0, 0, 2, .. "x\n"u8], client.ReadToEnd());
        Assert.Equal("/one\n", instance.Ok("inspect", "-f", "{{.Name}}", "one"));
    }

    [KernelFact(Instance.Usual)]
    public void Detach_keys_are_found_by_the_server_and_the_process_goes_on()
    {
        using Instance instance = Instance.WithBusybox();
        using ApiServerProcess server = ApiServerProcess.Start(instance);
        instance.Ok("run", "-dit", "--name", "one", "busybox", "cat");
        using RawClient client = server.Connect();
        client.Send("POST /containers/one/attach?stream=1&stdin=1&stdout=1&detachKeys=ctrl-a,x", headers: ["Connection: Upgrade", "Upgrade: tcp"]).ReadHead();

        client.SendText("hello\r");
        client.ReadUntil("hello\r\nhello");
        client.SendText("\u0001x");
        client.ReadToEnd(); // the server closes

        Assert.Equal("running\n", instance.Ok("inspect", "-f", "{{.State.Status}}", "one"));
    }

    [KernelFact(Instance.Usual)]
    public void Errors_are_objects_with_dockers_statuses()
    {
        using Instance instance = Instance.WithBusybox();
        using ApiServerProcess server = ApiServerProcess.Start(instance);
        instance.Ok("run", "-d", "--name", "one", "busybox", "sleep", "1000");
        instance.Ok("create", "--name", "two", "busybox", "true");
        (string Status, string Head, string Body) Ask(string line, string body = "") => RawClient.Ask(server.Socket, line, body);

        (string line, string body, string status, string message)[] rows =
        [
            ("GET /containers/nosuch/json", "", "404", "No such container: nosuch"),
            ("POST /containers/create", "{\"Image\":\"nosuch\"}", "404", "No such image: nosuch:latest"),
            ("POST /containers/create", "{\"Image\":\"busybox\",\"HostConfig\":{\"NetworkMode\":\"container:nosuch\"}}", "400", "No such container: nosuch"), // 404 would let clients pull
            ("POST /containers/create?name=one", "{\"Image\":\"busybox\"}", "409", "already in use"),
            ("POST /containers/create", "", "400", "config cannot be empty"),
            ("POST /containers/create", "{\"Image\":", "400", "invalid JSON"),
            ("POST /containers/create", "{\"Image\":\"busybox\",\"HostConfig\":{\"Binds\":[\"./a:/b\"]}}", "400", "must be absolute"),
            ("POST /containers/create", "{\"Image\":\"busybox\",\"HostConfig\":{\"AutoRemove\":true,\"RestartPolicy\":{\"Name\":\"always\"}}}", "400", "restart policy"),
            ("DELETE /containers/one", "", "409", "container is running"),
            ("POST /containers/two/kill", "", "409", "is not running"),
            ("POST /containers/two/exec", "{\"Cmd\":[\"ls\"]}", "409", "is not running"),
            ("POST /containers/one/exec", "{}", "400", "No exec command specified"),
            ("GET /exec/nosuch/json", "", "404", "No such exec instance: nosuch"),
            ("POST /containers/one/wait?condition=rain", "", "400", "invalid condition"),
            ("GET /containers/json?filters=rain", "", "400", "invalid filter"),
            ("GET /containers/one/logs", "", "400", "you must choose at least one stream"),
            ("POST /containers/nosuch/attach?stream=1", "", "404", "No such container: nosuch"),
            ("GET /containers/one/archive?path=/nosuch", "", "404", "Could not find the file /nosuch in container one"),
            ("GET /images/nosuch/json", "", "404", "No such image: nosuch"),
            ("POST /images/create?fromImage=x", "", "501", "does not fetch images yet"),
            ("GET /networks/x", "", "404", "page not found"),
        ];
        foreach ((string line, string body, string status, string message) in rows)
        {
            (string got, _, string answer) = Ask(line, body);
            Assert.True(got.StartsWith("HTTP/1.1 " + status, StringComparison.Ordinal), $"{line}: {got} {answer}");
            Assert.Contains(message, JsonDocument.Parse(answer).RootElement.GetProperty("message").GetString(), StringComparison.Ordinal);
            Assert.EndsWith("}\n", answer, StringComparison.Ordinal);
        }
    }

    [KernelTheory(Instance.Usual)]
    [InlineData("POST /containers/one/start")]
    [InlineData("POST /containers/two/stop")]
    public void What_is_so_already_is_not_modified_and_has_no_body(string line)
    {
        using Instance instance = Instance.WithBusybox();
        using ApiServerProcess server = ApiServerProcess.Start(instance);
        instance.Ok("run", "-d", "--name", "one", "busybox", "sleep", "1000");
        instance.Ok("create", "--name", "two", "busybox", "true");

        (string status, _, string body) = RawClient.Ask(server.Socket, line);

        Assert.StartsWith("HTTP/1.1 304", status, StringComparison.Ordinal);
        Assert.Equal("", body);
    }

    [KernelFact(Instance.Usual)]
    public void The_head_of_an_archive_says_what_is_there_in_gos_bits()
    {
        using Instance instance = Instance.WithBusybox();
        using ApiServerProcess server = ApiServerProcess.Start(instance);
        instance.Ok("run", "-d", "--name", "one", "busybox", "sh", "-c", "mkdir -m 1777 /d; ln -s d /l; echo 123 >/d/f; chmod 4755 /d/f; sleep 1000");
        Instance.WaitFor(() => instance.Run("exec", "one", "test", "-u", "/d/f").ExitCode == 0, "the files are not there");
        JsonElement Stat(string path)
        {
            string head = RawClient.Ask(server.Socket, $"HEAD /containers/one/archive?path={path}").Head;
            string line = head.Split("\r\n").Single(static h => h.StartsWith("X-Docker-Container-Path-Stat: ", StringComparison.Ordinal));
            return JsonDocument.Parse(Convert.FromBase64String(line.Split(' ')[1])).RootElement;
        }

        JsonElement directory = Stat("/d"), link = Stat("/l"), file = Stat("/d/f");

        Assert.Equal(("d", (1u << 31) | (1u << 20) | 0x1FF), (directory.GetProperty("name").GetString(), directory.GetProperty("mode").GetUInt32()));
        Assert.Equal(("/d", 1u << 27), (link.GetProperty("linkTarget").GetString(), link.GetProperty("mode").GetUInt32() & ~0x1FFu));
        Assert.Equal((4, (1u << 23) | 0x1ED), (file.GetProperty("size").GetInt64(), file.GetProperty("mode").GetUInt32()));
    }

    [KernelFact(Instance.Usual)]
    public void A_silent_log_and_a_wait_answer_at_once()
    {
        using Instance instance = Instance.WithBusybox();
        using ApiServerProcess server = ApiServerProcess.Start(instance);
        instance.Ok("run", "-d", "--name", "one", "busybox", "sleep", "1000");
        using RawClient log = server.Connect();
        using RawClient waiter = server.Connect();

        string logHead = log.Send("GET /v1.41/containers/one/logs?follow=1&stdout=1").ReadHead();
        string waitHead = waiter.Send("POST /v1.41/containers/one/wait?condition=next-exit").ReadHead();
        instance.Ok("kill", "one");

        Assert.Contains("Content-Type: application/vnd.docker.raw-stream\r\n", logHead, StringComparison.Ordinal); // frames have a name of their own from 1.42 on
        Assert.StartsWith("HTTP/1.1 200 OK", waitHead, StringComparison.Ordinal);
        Assert.Contains("{\"StatusCode\":137}", waiter.ReadUntil("}"), StringComparison.Ordinal);
    }

    [KernelFact(Instance.Usual)]
    public void Neutral_values_of_docker_clients_ask_for_nothing()
    {
        using Instance instance = Instance.WithBusybox();
        using ApiServerProcess server = ApiServerProcess.Start(instance);
        const string Body = """
            {"Image":"busybox","Cmd":"true","Entrypoint":null,"HostConfig":{"NetworkMode":"default","MemorySwappiness":-1,"PidsLimit":0,"ConsoleSize":[0,0],"Memory":0,
            "RestartPolicy":{"Name":"no","MaximumRetryCount":0},"LogConfig":{"Type":"","Config":{}},"OomKillDisable":false,"Unknown":{"a":[1]}},"NetworkingConfig":{"EndpointsConfig":{"default":{"Aliases":null}}}}
            """;

        (string status, _, string body) = RawClient.Ask(server.Socket, "POST /v1.51/containers/create", Body);
        string id = JsonDocument.Parse(body).RootElement.GetProperty("Id").GetString()!;

        Assert.StartsWith("HTTP/1.1 201 Created", status, StringComparison.Ordinal);
        Assert.Contains("\"Warnings\":[]", body, StringComparison.Ordinal);
        Assert.Equal("none 0 <no value> no json-file\n", instance.Ok("inspect", "-f", "{{.HostConfig.NetworkMode}} {{.HostConfig.Memory}} {{.HostConfig.PidsLimit}} {{.HostConfig.RestartPolicy.Name}} {{.HostConfig.LogConfig.Type}}", id));
    }
}

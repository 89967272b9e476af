using Inro.Conformance.Containers;
using Inro.KernelTests.Harness;
using Xunit;

namespace Inro.Conformance.Api;

/// <summary><c>inro serve</c> for one instance, and docker's own client that speaks with it. Killed when it is disposed.</summary>
internal sealed class ApiServerProcess : IDisposable
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(30);

    private readonly Instance instance;
    private StartedInro? server;

    private ApiServerProcess(Instance instance)
    {
        this.instance = instance;
        server = Serve();
    }

    /// <summary>docker's client, as Debian has it, unpacked beside the system.</summary>
    public static string Docker => InroProcess.Clients + "/usr/bin/docker";

    /// <summary>Where it listens.</summary>
    public string Socket => instance.Beside("api.sock");

    /// <summary>Its pid.</summary>
    public int Pid => server!.Pid; // not asked for after a kill

    /// <summary>Starts it; returns when it listens.</summary>
    public static ApiServerProcess Start(Instance instance) => new(instance);

    /// <summary>Ends it as the kernel does when memory is short, and starts another one.</summary>
    public void KillAndServeAgain()
    {
        Kill();
        server = Serve();
    }

    /// <summary>Ends it so, and starts no other.</summary>
    public void Kill()
    {
        server?.Kill();
        server?.Dispose();
        server = null;
    }

    /// <summary>Asks it to end, as a service manager does; does not wait.</summary>
    public void AskToStop() => Tool.Run("kill", ["-TERM", Pid.ToString(System.Globalization.CultureInfo.InvariantCulture)], Deadline).Ok();

    /// <summary>Whether clients are let in.</summary>
    public bool IsListening
    {
        get
        {
            try { Connect().Dispose(); }
            catch (System.Net.Sockets.SocketException) { return false; }

            return true;
        }
    }

    /// <summary>Runs <c>docker ARGUMENTS…</c> against it.</summary>
    public ToolResult Run(params string[] arguments) => Feed(null, arguments);

    /// <summary>The same with something on standard input.</summary>
    public ToolResult Feed(string? input, params string[] arguments) =>
        Tool.Run(Docker, Arguments(arguments), Deadline, new ToolOptions { Input = input is null ? null : System.Text.Encoding.UTF8.GetBytes(input), Environment = Environment });

    /// <summary>Runs it and gives back what it printed; fails the test when it does not end with 0.</summary>
    public string Ok(params string[] arguments) => Run(arguments).Ok().Output;

    /// <summary>Starts it and does not wait.</summary>
    public StartedInro Begin(params string[] arguments) => StartedInro.StartTool(Docker, Arguments(arguments));

    /// <summary>Starts it before a terminal.</summary>
    public PtySession AtTerminal(params string[] arguments) => PtySession.Start(Docker, [.. Arguments(arguments)]);

    /// <summary>Sends bytes and reads what comes back.</summary>
    public RawClient Connect() => RawClient.Connect(Socket);

    public void Dispose() => Kill();

    private Dictionary<string, string> Environment => new() { ["DOCKER_CONFIG"] = instance.Beside("docker-config") };

    private string[] Arguments(string[] arguments) => ["-H", "unix://" + Socket, .. arguments];

    private StartedInro Serve()
    {
        StartedInro started = instance.Start("serve", "--socket", Socket);
        Instance.WaitFor(() => started.Error.Contains("listening on", StringComparison.Ordinal), "inro serve does not listen");
        Assert.Equal("", started.Output);
        return started;
    }
}

using System.Runtime.InteropServices;
using Inro.Engine;
using Inro.Engine.Shim;
using Inro.Server.DockerApi;
using Inro.Server.Http;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace Inro.Server;

/// <summary>Serves the Docker Engine API on a unix socket until it is told to stop.</summary>
public static class ApiServer
{
    /// <summary>How long requests may go on after the signal to stop.</summary>
    public static readonly TimeSpan Grace = TimeSpan.FromSeconds(5);

    /// <summary>Runs until SIGTERM or SIGINT; then the socket is gone.</summary>
    /// <param name="paths">The instance.</param>
    /// <param name="path">Absolute path of the socket.</param>
    /// <param name="listening">Called once clients can connect.</param>
    /// <exception cref="EngineException">The socket cannot be claimed.</exception>
    public static async Task RunAsync(InstancePaths paths, string path, Action listening)
    {
        using ApiSocket socket = ApiSocket.Claim(path);
        using CancellationTokenSource stopping = new();
        using LeftChildren children = new();
        DockerApiHandler handler = new(() => new EngineSession(paths, started: children.Add), stopping.Token);
        await using WebApplication application = Build(socket.PrivatePath, handler);
        TaskCompletionSource stop = new(TaskCreationOptions.RunContinuationsAsynchronously);
        using PosixSignalRegistration terminate = StopOn(PosixSignal.SIGTERM, stop);
        using PosixSignalRegistration interrupt = StopOn(PosixSignal.SIGINT, stop);
        await application.StartAsync();
        socket.Publish();
        listening();
        await stop.Task;
        await stopping.CancelAsync();
        using CancellationTokenSource deadline = new(Grace);
        await application.StopAsync(deadline.Token);
    }

    private static WebApplication Build(string path, DockerApiHandler handler)
    {
        // The empty builder: no configuration files, no logging providers, no environment is read.
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => Configure(kestrel, path));
        WebApplication application = builder.Build();
        application.Run(handler.HandleAsync);
        return application;
    }

    private static void Configure(KestrelServerOptions kestrel, string path)
    {
        HostHeaderEncoding host = new();
        kestrel.RequestHeaderEncodingSelector = name => name.Equals("Host", StringComparison.OrdinalIgnoreCase) ? host : null;
        kestrel.AddServerHeader = false;
        kestrel.AllowSynchronousIO = true; // each request has a thread of its own
        kestrel.Limits.MaxRequestBodySize = null; // archives; what is read as a whole has its own limit
        kestrel.Limits.MinRequestBodyDataRate = null; // a person types
        kestrel.Limits.MinResponseDataRate = null; // a log may be silent for days
        kestrel.ListenUnixSocket(path, static endpoint =>
        {
            endpoint.Protocols = HttpProtocols.Http1;
            ((IConnectionBuilder)endpoint).Use(HiddenClose.Wrap);
        });
    }

    private static PosixSignalRegistration StopOn(PosixSignal signal, TaskCompletionSource stop) =>
        PosixSignalRegistration.Create(signal, context =>
        {
            context.Cancel = true; // the default would end the process before the socket is taken away
            stop.TrySetResult();
        });
}

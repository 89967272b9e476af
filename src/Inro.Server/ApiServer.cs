using System.Runtime.InteropServices;
using Inro.Server.DockerApi;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace Inro.Server;

/// <summary>Serves the Docker Engine API on a unix socket until it is told to stop.</summary>
public static class ApiServer
{
    /// <summary>How long requests may go on after the signal to stop.</summary>
    public static readonly TimeSpan Grace = TimeSpan.FromSeconds(5);

    /// <summary>Runs until SIGTERM or SIGINT; then the socket is gone.</summary>
    /// <param name="path">Absolute path of the socket.</param>
    /// <param name="listening">Called once clients can connect.</param>
    /// <exception cref="Inro.Engine.EngineException">The socket cannot be claimed.</exception>
    public static async Task RunAsync(string path, Action listening)
    {
        using ApiSocket socket = ApiSocket.Claim(path);
        await using WebApplication application = Build(socket.PrivatePath);
        TaskCompletionSource stop = new(TaskCreationOptions.RunContinuationsAsynchronously);
        using PosixSignalRegistration terminate = StopOn(PosixSignal.SIGTERM, stop);
        using PosixSignalRegistration interrupt = StopOn(PosixSignal.SIGINT, stop);
        await application.StartAsync();
        socket.Publish();
        listening();
        await stop.Task;
        using CancellationTokenSource deadline = new(Grace);
        await application.StopAsync(deadline.Token);
    }

    private static WebApplication Build(string path)
    {
        // The empty builder: no configuration files, no logging providers, no environment is read.
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => Configure(kestrel, path));
        WebApplication application = builder.Build();
        DockerApiHandler handler = new();
        application.Run(handler.HandleAsync);
        return application;
    }

    private static void Configure(KestrelServerOptions kestrel, string path)
    {
        HostHeaderEncoding host = new();
        kestrel.RequestHeaderEncodingSelector = name => name.Equals("Host", StringComparison.OrdinalIgnoreCase) ? host : null;
        kestrel.AddServerHeader = false;
        kestrel.ListenUnixSocket(path, static endpoint => endpoint.Protocols = HttpProtocols.Http1);
    }

    private static PosixSignalRegistration StopOn(PosixSignal signal, TaskCompletionSource stop) =>
        PosixSignalRegistration.Create(signal, context =>
        {
            context.Cancel = true; // the default would end the process before the socket is taken away
            stop.TrySetResult();
        });
}

using Inro.Cli.Arguments;
using Inro.Cli.Output;
using Inro.Engine;
using Inro.Engine.Containers;
using Inro.Engine.Volumes;
using Inro.Spec;

namespace Inro.Cli.Verbs;

/// <summary>What run and create have in common around the making of a container.</summary>
internal static class ContainerCreation
{
    private const string ApiSocket = "/var/run/docker.sock";
    private const string CredentialPlace = "/run/secrets/docker";
    private const string ClientDirectory = "DOCKER_CONFIG";

    /// <summary>The configuration with what the flags before the verb and the instance say to it.</summary>
    /// <exception cref="EngineException">PreconditionFailed: the API's socket is asked for, and nobody serves.</exception>
    public static ContainerConfig Complete(ContainerFlags flags, ContainerConfig config, Session session) =>
        WithApiSocket(flags, config, session) with { HookDirectories = session.Flags.HookDirectories, CreateCommand = session.Words, CreateDirectory = Environment.CurrentDirectory };

    /// <summary>The configuration with what <c>--use-api-socket</c> shows: the socket of this instance's <c>inro serve</c>, and whom the client is at registries.</summary>
    private static ContainerConfig WithApiSocket(ContainerFlags flags, ContainerConfig config, Session session)
    {
        if (!flags.UsesApiSocket) { return config; }

        string socket = session.Paths.Run + "/docker.sock";
        if (!File.Exists(socket)) { throw new EngineException(ErrorCode.PreconditionFailed, $"--use-api-socket: nobody serves the API at {socket}", "start it first: inro serve"); }

        List<MountRequest> mounts = [.. config.Mounts, new MountRequest { Kind = MountKind.Bind, Source = socket, Target = ApiSocket }];
        string directory = Environment.GetEnvironmentVariable(ClientDirectory) is { Length: > 0 } named ? named : Environment.GetEnvironmentVariable("HOME") + "/.docker";
        string credentials = System.IO.Path.GetFullPath(directory) + "/config.json";
        if (!File.Exists(credentials) || config.Environment.Any(static e => e.StartsWith(ClientDirectory + "=", StringComparison.Ordinal))) { return config with { Mounts = mounts }; }

        mounts.Add(new MountRequest { Kind = MountKind.Bind, Source = credentials, Target = CredentialPlace + "/config.json", ReadOnly = true });
        return config with { Mounts = mounts, Environment = [.. config.Environment, $"{ClientDirectory}={CredentialPlace}"] };
    }

    /// <summary>Makes a container with <paramref name="make"/>, and writes its id where that was asked.</summary>
    /// <exception cref="EngineException">It cannot be made, or the file for the id exists already.</exception>
    public static T Create<T>(ContainerFlags flags, string? name, string image, Session session, Func<T> make, Func<T, CreatedContainer> created)
    {
        using FileStream? idFile = flags.IdFile is { } path ? OpenIdFile(path) : null;
        T made;
        try
        {
            if (flags.Replaces) { RemoveNamed(name, session); }

            if (flags.Pull == "always") { Pull(flags, image, session); } // a shim that was begun waits
            else if (flags.Pull == "newer") { PullNewer(flags, image, session); }

            made = MakeOrPull(flags, image, session, make);
        }
        catch
        {
            if (idFile is not null) { File.Delete(idFile.Name); }

            throw;
        }

        CreatedContainer container = created(made);
        foreach (string warning in container.Warnings) { Screen.WriteError($"WARNING: {warning}"); }

        idFile?.Write(System.Text.Encoding.ASCII.GetBytes(container.Id));
        return made;
    }

    /// <summary>Gives a container that is going to be started the directories of hooks that were typed; none: it keeps those that it has.</summary>
    public static void GiveHooks(string id, Session session)
    {
        if (session.Flags.HookDirectories is { Count: > 0 } directories) { session.Containers.SetHookDirectories(id, directories); }
    }

    private static void RemoveNamed(string? name, Session session)
    {
        try { session.Containers.Remove(session.Containers.Find(name ?? "").Id, new RemoveOptions(Force: true, Volumes: false)); }
        catch (EngineException none) when (none.Code == ErrorCode.NotFound) { /* nothing to replace */ }
    }

    /// <summary>An image that is not here is fetched, unless that was forbidden; an id cannot be.</summary>
    private static T MakeOrPull<T>(ContainerFlags flags, string image, Session session, Func<T> make)
    {
        try { return make(); }
        catch (EngineException missing) when (flags.Pull is "missing" or "newer" && ContainerService.IsOfImage(missing))
        {
            if (!flags.IsQuiet) { Screen.WriteError($"Unable to find image '{ImageReference.Parse(image).Familiar}' locally"); }

            Pull(flags, image, session);
            session.BeginAgain();
            return make();
        }
    }

    /// <summary>What the registry has, where it answers; an image that is here serves where it does not.</summary>
    private static void PullNewer(ContainerFlags flags, string image, Session session)
    {
        try { Pull(flags, image, session); }
        catch (EngineException) when (session.Images.TryResolve(image) is not null) { /* as was asked */ }
    }

    private static void Pull(ContainerFlags flags, string image, Session session)
    {
        using var interruption = new Interruption();
        ImageReference reference = ReferenceArgument.Parse(image);
        var pull = new ImagePull(session, flags.Access(ImagePull.UserAgent, reference), flags.IsQuiet ? ProgressStyle.None : ProgressStyle.Auto, interruption.Token) { TellsOnError = true, Platform = flags.Platform };
        try { pull.Pull(reference); }
        catch (OperationCanceledException) when (interruption.Token.IsCancellationRequested)
        {
            throw new EngineException(ErrorCode.Canceled, "interrupted; what has come is kept", "the same again goes on from there");
        }
    }

    /// <summary>Opened before the container exists: a file that cannot be written must not leave one behind.</summary>
    private static FileStream OpenIdFile(string path)
    {
        try
        {
            return new FileStream(path, FileMode.CreateNew, FileAccess.Write);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw File.Exists(path)
                ? new EngineException(ErrorCode.AlreadyExists, $"container ID file found, make sure the other container isn't running or delete {path}", $"rm {path}", failure)
                : new EngineException(ErrorCode.InvalidArgument, $"failed to create the container ID file: {failure.Message}", "name another file with --cidfile", failure);
        }
    }
}

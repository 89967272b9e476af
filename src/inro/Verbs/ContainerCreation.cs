using Inro.Cli.Arguments;
using Inro.Cli.Output;
using Inro.Engine;
using Inro.Engine.Containers;
using Inro.Engine.Registries;
using Inro.Spec;

namespace Inro.Cli.Verbs;

/// <summary>What run and create have in common around the making of a container.</summary>
internal static class ContainerCreation
{
    /// <summary>Makes a container with <paramref name="make"/>, and writes its id where that was asked.</summary>
    /// <exception cref="EngineException">It cannot be made, or the file for the id exists already.</exception>
    public static T Create<T>(ContainerFlags flags, string image, Session session, Func<T> make, Func<T, CreatedContainer> created)
    {
        using FileStream? idFile = flags.IdFile is { } path ? OpenIdFile(path) : null;
        T made;
        try
        {
            if (flags.Pull == "always") { Pull(flags, image, session); } // a shim that was begun waits

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

    /// <summary>An image that is not here is fetched, unless that was forbidden; an id cannot be.</summary>
    private static T MakeOrPull<T>(ContainerFlags flags, string image, Session session, Func<T> make)
    {
        try { return make(); }
        catch (EngineException missing) when (flags.Pull == "missing" && ContainerService.IsOfImage(missing))
        {
            if (!flags.IsQuiet) { Screen.WriteError($"Unable to find image '{ImageReference.Parse(image).Familiar}' locally"); }

            Pull(flags, image, session);
            session.BeginAgain();
            return make();
        }
    }

    private static void Pull(ContainerFlags flags, string image, Session session)
    {
        using var interruption = new Interruption();
        var pull = new ImagePull(session, RegistryAccess.Configured(ImagePull.UserAgent), flags.IsQuiet ? ProgressStyle.None : ProgressStyle.Auto, interruption.Token) { TellsOnError = true, Platform = flags.Platform };
        try { pull.Pull(ReferenceArgument.Parse(image)); }
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

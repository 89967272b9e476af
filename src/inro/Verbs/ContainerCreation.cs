using Inro.Cli.Arguments;
using Inro.Cli.Output;
using Inro.Engine;
using Inro.Engine.Containers;

namespace Inro.Cli.Verbs;

/// <summary>What run and create have in common around the making of a container.</summary>
internal static class ContainerCreation
{
    /// <summary>Makes a container with <paramref name="make"/>, and writes its id where that was asked.</summary>
    /// <exception cref="EngineException">It cannot be made, or the file for the id exists already.</exception>
    public static T Create<T>(ContainerFlags flags, string image, Func<T> make, Func<T, CreatedContainer> created)
    {
        using FileStream? idFile = flags.IdFile is { } path ? OpenIdFile(path) : null;
        T made;
        try
        {
            made = make();
        }
        catch (EngineException failure)
        {
            if (idFile is not null) { File.Delete(idFile.Name); }

            bool isImage = failure.Code == ErrorCode.NotFound && failure.Problem.Contains("image", StringComparison.OrdinalIgnoreCase);
            if (isImage && flags.Pull == "missing" && !flags.IsQuiet) { Screen.WriteError($"Unable to find image '{image}' locally"); }

            throw;
        }

        CreatedContainer container = created(made);
        foreach (string warning in container.Warnings) { Screen.WriteError($"WARNING: {warning}"); }

        idFile?.Write(System.Text.Encoding.ASCII.GetBytes(container.Id));
        return made;
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

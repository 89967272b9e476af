namespace Inro.Engine.Volumes;

/// <summary>What docker refuses of a mount, in its words.</summary>
internal static class MountCheck
{
    /// <summary>Checks what can be checked without looking at the host.</summary>
    public static void Check(MountRequest request)
    {
        if (request.Target is not ['/', ..])
        {
            throw Invalid($"invalid mount path: '{request.Target}' mount path must be absolute", "begin the path in the container with /");
        }

        if (Clean(request.Target) == "/") { throw Invalid($"invalid specification: destination can't be '/'", "mount below the root"); }

        if (request.Kind == MountKind.Bind && request.Source is not ['/', ..])
        {
            throw Invalid($"invalid mount path: '{request.Source}' mount path must be absolute", "begin the path on the host with /, or give a volume's name");
        }

        if (request.Kind == MountKind.Volume && request.Source.Length > 0 && !VolumeName.IsValid(request.Source))
        {
            throw Invalid(
                $"\"{request.Source}\" includes invalid characters for a local volume name, only \"[a-zA-Z0-9][a-zA-Z0-9_.-]\" are allowed",
                "if a directory of the host was meant, give its absolute path");
        }

        if (request.Subpath.Length > 0)
        {
            throw new EngineException(ErrorCode.NotImplemented, "volume-subpath is not there in this version", "mount the whole volume");
        }
    }

    /// <summary>Without repeated or trailing slashes, "." and "..".</summary>
    public static string Clean(string target)
    {
        List<string> parts = [];
        foreach (string part in target.Split('/', StringSplitOptions.RemoveEmptyEntries))
        {
            if (part == "..")
            {
                if (parts.Count > 0) { parts.RemoveAt(parts.Count - 1); }
            }
            else if (part != ".")
            {
                parts.Add(part);
            }
        }

        return "/" + string.Join('/', parts);
    }

    private static EngineException Invalid(string problem, string remedy) => new(ErrorCode.InvalidArgument, problem, remedy);
}

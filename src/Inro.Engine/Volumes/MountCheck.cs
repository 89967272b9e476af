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

        if (request.Kind == MountKind.Image && request.Source.Length == 0) { throw Invalid("invalid mount config for type \"image\": field Source must not be empty", "name the image with source="); }

        if (IsOutside(request.Subpath)) { throw Invalid($"invalid mount config for type \"{NameOf(request.Kind)}\": subpath must be a relative path within the {NameOf(request.Kind)}", "name a path inside of it, without a leading /"); }
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

    /// <summary>Docker's word for a kind.</summary>
    public static string NameOf(MountKind kind) => kind switch
    {
        MountKind.Bind => "bind",
        MountKind.Volume => "volume",
        MountKind.Image => "image",
        MountKind.Ramfs => "ramfs",
        MountKind.Devpts => "devpts",
        _ => "tmpfs",
    };

    private static bool IsOutside(string subpath)
    {
        if (subpath.StartsWith('/')) { return true; }

        int depth = 0;
        foreach (string part in subpath.Split('/'))
        {
            depth += part switch { ".." => -1, "" or "." => 0, _ => 1 };
            if (depth < 0) { return true; }
        }

        return false;
    }

    private static EngineException Invalid(string problem, string remedy) => new(ErrorCode.InvalidArgument, problem, remedy);
}

namespace Inro.Engine.Volumes;

/// <summary>Which names volumes may have: docker's rule.</summary>
internal static class VolumeName
{
    private const int MaxBytes = 255; // it is a directory's name

    /// <summary>Whether the rule holds.</summary>
    public static bool IsValid(string name)
    {
        if (name.Length is < 2 or > MaxBytes || !char.IsAsciiLetterOrDigit(name[0])) { return false; }

        foreach (char c in name)
        {
            if (!char.IsAsciiLetterOrDigit(c) && c is not ('_' or '.' or '-')) { return false; }
        }

        return true;
    }

    /// <summary>Refuses a name in docker's words.</summary>
    /// <exception cref="EngineException">InvalidArgument: the rule does not hold.</exception>
    public static void Check(string name)
    {
        if (name.Length == 1 && char.IsAsciiLetterOrDigit(name[0]))
        {
            throw new EngineException(ErrorCode.InvalidArgument, $"create {name}: volume name is too short, names should be at least two alphanumeric characters", "give a longer name");
        }

        if (!IsValid(name))
        {
            throw new EngineException(
                ErrorCode.InvalidArgument,
                $"create {name}: \"{name}\" includes invalid characters for a local volume name, only \"[a-zA-Z0-9][a-zA-Z0-9_.-]\" are allowed. If you intended to pass a host directory, use absolute path",
                "give another name");
        }
    }
}

using System.Globalization;

namespace Inro.Cli.Verbs.Oci;

/// <summary>Names of the host's users.</summary>
internal sealed class UserNames
{
    private readonly Dictionary<uint, string> names = [];

    private UserNames()
    {
    }

    /// <summary>Reads /etc/passwd; where there is none, no user has a name.</summary>
    public static UserNames Read()
    {
        try { return Of(System.IO.File.ReadLines("/etc/passwd")); }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException) { return new UserNames(); }
    }

    /// <summary>Reads lines of the form <c>name:password:uid:…</c>; others are passed over. The first name of a user holds.</summary>
    public static UserNames Of(IEnumerable<string> lines)
    {
        var users = new UserNames();
        foreach (string line in lines)
        {
            string[] fields = line.Split(':', 4);
            if (fields.Length >= 3 && uint.TryParse(fields[2], NumberStyles.None, CultureInfo.InvariantCulture, out uint id)) { users.names.TryAdd(id, fields[0]); }
        }

        return users;
    }

    /// <summary>The user's name, or its number after a #.</summary>
    public string Owner(uint id) => names.TryGetValue(id, out string? name) ? name : "#" + id.ToString(CultureInfo.InvariantCulture);
}

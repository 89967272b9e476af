using Inro.Engine.Secrets;
using Inro.Engine.Volumes;

namespace Inro.Cli.Arguments;

/// <summary><c>--secret NAME[,type=mount|env][,target=…][,uid=…][,gid=…][,mode=…]</c>: podman's keys, with docker's <c>source</c>.</summary>
internal static class SecretArgument
{
    /// <exception cref="FormatException">A key is unknown, or does not go with the type.</exception>
    public static SecretRequest Parse(string text)
    {
        SecretRequest secret = new() { Name = "" };
        bool isPlaced = false;
        foreach (string field in CommaSeparated.Split(text))
        {
            int equals = field.IndexOf('=', StringComparison.Ordinal);
            if (equals < 0)
            {
                secret = secret.Name.Length == 0 ? secret with { Name = field } : throw new FormatException($"invalid field '{field}' must be a key=value pair");
                continue;
            }

            (string key, string value) = (field[..equals].ToLowerInvariant(), field[(equals + 1)..]);
            isPlaced |= key is "uid" or "gid" or "mode";
            secret = key switch
            {
                "source" or "src" or "id" => secret with { Name = value },
                "type" => secret with { IsVariable = FlagValue.OneOf(value, "mount", "env") == "env" },
                "target" => secret with { Target = value },
                "uid" => secret with { UserId = (uint)FlagValue.Whole(value, 0, uint.MaxValue - 1) },
                "gid" => secret with { GroupId = (uint)FlagValue.Whole(value, 0, uint.MaxValue - 1) },
                "mode" => secret with { Mode = MountText.Octal(value) },
                _ => throw new FormatException($"unexpected key '{key}' in '{field}'"),
            };
        }

        if (secret.Name.Length == 0) { throw new FormatException("no source found: name a secret"); }

        if (secret.IsVariable && isPlaced) { throw new FormatException("UID, GID, Mode options cannot be set with secret type env"); }

        if (secret.IsVariable && secret.Target.Contains('=', StringComparison.Ordinal)) { throw new FormatException("a variable's name has no '='"); }

        return secret;
    }
}

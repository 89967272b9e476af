namespace Inro.Engine.Secrets;

/// <summary>A secret, without what is secret of it.</summary>
public sealed record SecretRecord
{
    /// <summary>The driver that keeps secrets in files of the instance that its owner alone may read.</summary>
    public const string FileDriver = "file";

    /// <summary>25 hex digits.</summary>
    public required string Id { get; init; }

    /// <summary>Its name.</summary>
    public required string Name { get; init; }

    /// <summary><see cref="FileDriver"/>.</summary>
    public string Driver { get; init; } = FileDriver;

    /// <summary>Nanoseconds since 1970.</summary>
    public long CreatedNanoseconds { get; init; }

    /// <summary>Nanoseconds since 1970.</summary>
    public long UpdatedNanoseconds { get; init; }

    /// <summary>Labels, as asked.</summary>
    public IReadOnlyDictionary<string, string> Labels { get; init; } = System.Collections.ObjectModel.ReadOnlyDictionary<string, string>.Empty;

    /// <summary>Options of its driver, as asked.</summary>
    public IReadOnlyDictionary<string, string> Options { get; init; } = System.Collections.ObjectModel.ReadOnlyDictionary<string, string>.Empty;
}

/// <summary>How a container gets a secret.</summary>
public sealed record SecretRequest
{
    /// <summary>Where they are without being told.</summary>
    public const string Directory = "/run/secrets";

    /// <summary>0444.</summary>
    public const int UsualMode = 0x124;

    /// <summary>Name, id, or the beginning of an id, as typed.</summary>
    public required string Name { get; init; }

    /// <summary>As a variable of the environment, and not as a file.</summary>
    public bool IsVariable { get; init; }

    /// <summary>File: a path, relative ones below <see cref="Directory"/>. Variable: its name. Empty: the secret's own name.</summary>
    public string Target { get; init; } = "";

    /// <summary>Owner of the file in the container.</summary>
    public uint UserId { get; init; }

    /// <summary>Group of the file in the container.</summary>
    public uint GroupId { get; init; }

    /// <summary>Permission bits of the file.</summary>
    public int Mode { get; init; } = UsualMode;

    /// <summary>Where the file is in the container.</summary>
    public string Path => Target.Length == 0 ? $"{Directory}/{Name}" : Target[0] == '/' ? Target : $"{Directory}/{Target}";
}

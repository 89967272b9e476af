using System.Globalization;
using System.Text;
using Inro.Engine.Containers.Rootfs;
using Inro.Spec.Runtime;

namespace Inro.Engine.Containers.Compose;

/// <summary>The image's /etc/passwd and /etc/group with lines for who is not in them: the user whose id is kept, users of the host, the user that was asked for.</summary>
/// <remarks>An image without such a file gets none. Source: podman-run(1), --passwd, --passwd-entry, --group-entry, --hostuser.</remarks>
internal static class AccountFiles
{
    private const string Passwd = "/etc/passwd";
    private const string Group = "/etc/group";

    /// <summary>The files that must be shown in the place of the image's; empty: those are enough.</summary>
    /// <param name="request">The container.</param>
    /// <param name="user">Who its process is.</param>
    public static IReadOnlyList<BundleFile> Compose(ComposeRequest request, UserConfig user)
    {
        if (!NamesUser(request) && request.Config.HostUsers.Count == 0) { return []; }

        List<string> users = [];
        List<string> groups = [];
        foreach (string name in request.Config.HostUsers)
        {
            HostAccount account = request.Host.FindAccount(name) ?? throw new EngineException(ErrorCode.InvalidArgument, $"--hostuser {name}: the host has no such user", "name a user of the host's /etc/passwd");
            users.Add(Line($"{account.Name}:*:{account.Uid}:{account.Gid}:{account.Name}:{account.Home}:/bin/sh"));
            groups.Add(Line($"{account.Name}:x:{account.Gid}:{account.Name}"));
        }

        if (NamesUser(request)) { Add(request, user, users, groups); }

        return [.. File(request, "passwd", Passwd, users, 2), .. File(request, "group", Group, groups, 2)];
    }

    /// <summary>Who is asked for, as the image can tell: a user of the host who gets a line has these ids.</summary>
    public static string? Known(ComposeRequest request, string? user)
    {
        foreach (string name in request.Config.HostUsers)
        {
            if (user is { Length: > 0 } && request.Host.FindAccount(name) is { } account && account.Name == user) { return Line($"{account.Uid}:{account.Gid}"); }
        }

        return user;
    }

    /// <summary>The home directory of the process: of a line that is added, too.</summary>
    public static string HomeOf(ComposeRequest request, ResolvedUser user)
    {
        if (request.KeptUser is null || !NamesUser(request)) { return user.Home; }

        return AccountFile.Passwd(Read(request, Passwd)).Any(e => e.Uid == user.Uid) ? user.Home : Home(request);
    }

    private static bool NamesUser(ComposeRequest request) => request.Config.NamesUser ?? (request.KeptUser is not null || request.Config.PasswdEntry is not null || request.Config.GroupEntry is not null);

    private static void Add(ComposeRequest request, UserConfig user, List<string> users, List<string> groups)
    {
        HostAccount? kept = request.KeptUser is { } ids && ids == Line($"{user.Uid}:{user.Gid}") ? request.KeptAccount : null;
        string name = kept?.Name ?? Line($"{user.Uid}");
        string home = kept is null ? request.Config.WorkingDirectory ?? request.Image?.WorkingDir ?? "/" : Home(request);
        string full = kept?.Name ?? "container user";
        string entry = request.Config.PasswdEntry ?? "$USERNAME:*:$UID:$GID:$NAME:$HOME:/bin/sh";
        users.Add(VariableText.Fill(entry, n => n switch { "USERNAME" => name, "UID" => Line($"{user.Uid}"), "GID" => Line($"{user.Gid}"), "NAME" => full, "HOME" => home.Length > 0 ? home : "/", _ => "" }));
        string group = request.Config.GroupEntry ?? "$GROUPNAME:x:$GID:$USERLIST";
        groups.Add(VariableText.Fill(group, n => n switch { "GROUPNAME" => kept is null ? Line($"{user.Gid}") : name, "GID" => Line($"{user.Gid}"), "USERLIST" => name, _ => "" }));
    }

    /// <summary>The host user's own home, where something is mounted there; else where the container begins.</summary>
    private static string Home(ComposeRequest request)
    {
        string own = request.KeptAccount?.Home ?? "";
        bool isThere = own.Length > 1 && request.Mounts.Any(m => own == m.Target || own.StartsWith(m.Target.TrimEnd('/') + "/", StringComparison.Ordinal));
        string start = request.Config.WorkingDirectory ?? request.Image?.WorkingDir ?? "";
        return isThere ? own : start.Length > 0 ? start : "/";
    }

    /// <summary>The image's file with the lines whose id is not in it yet.</summary>
    private static BundleFile[] File(ComposeRequest request, string name, string path, List<string> lines, int idField)
    {
        if (Read(request, path) is not { } there) { return []; }

        var text = new StringBuilder(Encoding.UTF8.GetString(there));
        HashSet<string> ids = [.. text.ToString().Split('\n').Select(l => Field(l, idField))];
        int before = text.Length;
        foreach (string line in lines)
        {
            if (line.Contains('\n', StringComparison.Ordinal) || !ids.Add(Field(line, idField))) { continue; }

            if (text.Length > 0 && text[^1] != '\n') { text.Append('\n'); }

            text.Append(line).Append('\n');
        }

        return text.Length == before ? [] : [new BundleFile(name, text.ToString())];
    }

    private static string Field(string line, int number) => line.Split(':') is { } fields && fields.Length > number ? fields[number] : line;

    private static byte[]? Read(ComposeRequest request, string path)
    {
        try { return request.Rootfs.TryRead(path, AccountFile.MaxBytes); }
        catch (InvalidDataException damaged) { throw new EngineException(ErrorCode.InvalidArgument, $"the image's {path} cannot be used: {damaged.Message}", "make the container without --passwd", damaged); }
    }

    private static string Line(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}

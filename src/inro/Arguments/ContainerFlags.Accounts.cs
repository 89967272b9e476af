namespace Inro.Cli.Arguments;

/// <content>Files that the container finds in its /etc.</content>
internal sealed partial class ContainerFlags
{
    private readonly List<string> hostUsers = [];

    private void AddAccounts(FlagTable table) => table
        .Text("group-entry", '\0', "Line for /etc/group where the image has none for the group ($GROUPNAME, $GID, $USERLIST)", v => config = config with { GroupEntry = OneLine(v) })
        .List("hostuser", '\0', "User of the host, by name or number, who gets a line in the container's /etc/passwd", hostUsers.Add)
        .Text("hosts-file", '\0', "What /etc/hosts begins with: a file of the host, 'image' or 'none'", v => config = config with { HostsBase = v is "image" or "none" ? v : HostFile(v) }, offers: Completion.File)
        .Switch("no-hostname", '\0', "Leave the image's /etc/hostname as it is", v => config = config with { LeavesHostname = v })
        .Switch("no-hosts", '\0', "Leave the image's /etc/hosts as it is", v => config = config with { LeavesHosts = v })
        .Switch("passwd", '\0', "Give a user whom the image's /etc/passwd does not know a line there (always with --userns keep-id, unless this is false)", v => config = config with { NamesUser = v })
        .Text("passwd-entry", '\0', "That line ($USERNAME, $UID, $GID, $NAME, $HOME)", v => config = config with { PasswdEntry = OneLine(v) });

    private void CheckAccounts()
    {
        if (config.LeavesHosts && (extraHosts.Count > 0 || config.HostsBase is not null)) { throw new UsageException($"--no-hosts and {(extraHosts.Count > 0 ? "--add-host" : "--hosts-file")} cannot be set together"); }
    }

    private static string OneLine(string text) => text.Length > 0 && !text.Any(char.IsControl) ? text : throw new FormatException("an entry is one line");
}

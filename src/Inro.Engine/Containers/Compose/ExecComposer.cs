using Inro.Engine.Containers.Rootfs;
using Inro.Engine.Execs;
using Inro.Linux.Capabilities;
using Inro.Spec.Runtime;

namespace Inro.Engine.Containers.Compose;

/// <summary>Composes the OCI process of an exec from the container's first one.</summary>
internal static class ExecComposer
{
    /// <param name="first">The container's first process.</param>
    /// <param name="options">What was asked.</param>
    /// <param name="hasOwnHome">HOME was set by the user or the image, so another user does not change it.</param>
    /// <param name="rootfs">Opens the root file system; called only where a user must be looked up.</param>
    public static ProcessConfig Compose<T>(ProcessConfig first, ExecOptions options, bool hasOwnHome, Func<T> rootfs)
        where T : IRootfsFiles, IDisposable
    {
        List<string> environment = [.. first.Env];
        if (options.Tty && !environment.Any(static e => e.StartsWith("TERM=", StringComparison.Ordinal))) { environment.Add("TERM=xterm"); }

        ProcessConfig process = first with
        {
            Args = options.Command,
            Terminal = options.Tty,
            ConsoleSize = null,
            Cwd = options.WorkingDirectory ?? first.Cwd,
        };
        if (options.User is { Length: > 0 } asked)
        {
            using T files = rootfs();
            ResolvedUser user = UserLookup.Resolve(files, asked, []);
            process = process with { User = new UserConfig { Uid = user.Uid, Gid = user.Gid, AdditionalGids = user.Groups } };
            if (!hasOwnHome) { Put(environment, "HOME=" + user.Home); }
        }

        foreach (string entry in options.Environment) { Put(environment, entry); }

        return (options.Privileged ? WithAllCapabilities(process) : process) with { Env = environment };
    }

    private static ProcessConfig WithAllCapabilities(ProcessConfig process)
    {
        string[] names = BoundingSet.Read().ToNames();
        return process with { Capabilities = new CapabilitiesConfig { Bounding = names, Effective = names, Permitted = names } };
    }

    private static void Put(List<string> environment, string entry)
    {
        int equals = entry.IndexOf('=', StringComparison.Ordinal);
        string name = equals < 0 ? entry : entry[..equals];
        environment.RemoveAll(e => e.StartsWith(name, StringComparison.Ordinal) && e.Length > name.Length && e[name.Length] == '=');
        if (equals >= 0) { environment.Add(entry); }
    }
}

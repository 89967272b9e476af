using System.Globalization;
using System.Text;
using Inro.Linux.Descriptors;
using Inro.Linux.Files;
using Inro.Linux.Mounts;
using Inro.Linux.Processes;
using Inro.Runtime.Launch;
using Inro.Runtime.Resources;
using Inro.Runtime.Steps;
using Inro.Spec;
using Inro.Spec.Runtime;
using Microsoft.Win32.SafeHandles;

namespace Inro.Runtime.Checkpoint;

/// <summary>One restore: files become a container's processes again, in cgroups that are there, as children of this process.</summary>
/// <remarks>The root is bound where criu wants it in a mount namespace that criu alone lives in: nothing of it can stay behind.</remarks>
/// <param name="request">What is asked for.</param>
/// <param name="criu">The program.</param>
/// <param name="stateDirectory">The container's state directory; holds the place where the root is bound.</param>
internal sealed class Restoration(RestoreRequest request, CriuProgram criu, string stateDirectory)
{
    private const string Log = "restore.log";
    private const int MaxCgroupBytes = 64 * 1024;

    private Exception? failure;

    private RuntimeConfig Config => request.Launch.Config;

    /// <summary>Moves a process, criu, into the container's cgroups, and says which they are.</summary>
    public required Func<int, IReadOnlyList<CgroupLocation>> Enter { get; init; }

    /// <summary>Called when the namespaces exist, with a pid in them that waits.</summary>
    public required Action<int> Namespaces { get; init; }

    /// <summary>Called when all processes are there and stand still, with the pid of the first, a child of this process.</summary>
    public required Action<int> Restored { get; init; }

    /// <summary>Gets the master of the container's terminal.</summary>
    public required Action<SafeFileHandle> Console { get; init; }

    /// <summary>Does it.</summary>
    /// <exception cref="RuntimeException">criu failed, with its reason, or what is called meanwhile did. Processes may be left in the cgroups.</exception>
    public void Run()
    {
        CheckNewer();
        string[] names = CriuDirectories.ReadDescriptors(request.Images);
        IReadOnlyList<(string Key, SpawnDescriptor Descriptor)> inherited = ExternalNamespaces.Inherited(Config.Linux?.Namespaces ?? [], criu, CriuSession.FirstInherited);
        using SafeFileHandle nothing = Descriptor.Open("/dev/null", OpenFlags.ReadWrite);
        try
        {
            string root = stateDirectory + "/criu-root";
            Directory.CreateDirectory(root);
            (CriuDirectories directories, CriuSession session) = PrivateMounts.Run(() => Start(root, [.. Stdio(nothing), .. inherited.Select(static i => i.Descriptor)]));
            using (directories)
            using (session)
            {
                IReadOnlyList<CgroupLocation> cgroups = Enter(session.Pid);
                Restore(session, directories, Options(directories, root, names, inherited, cgroups) with { CgroupRoots = CgroupsOf(session.Pid) });
            }
        }
        finally
        {
            foreach ((_, SpawnDescriptor descriptor) in inherited) { descriptor.Source.Dispose(); }
        }
    }

    private void CheckNewer()
    {
        if (request.LsmProfile is not null) { criu.Require(CriuProgram.ProfileVersion, "--lsm-profile"); }

        if (request.LsmMountContext is not null) { criu.Require(CriuProgram.ProfileVersion, "--lsm-mount-context"); }

        if (request.Options.LazyPages && !criu.HasLazyPages)
        {
            throw new RuntimeException(RuntimeError.Failed, "criu cannot restore memory lazily on this kernel", "leave --lazy-pages out, or use a kernel with userfaultfd");
        }
    }

    /// <summary>Shows the root where criu wants it. Layers are stacked once: what is made in them is seen by the restored processes.</summary>
    private void MountRoot(string root)
    {
        switch (request.Launch)
        {
            case { RootMount: { } given }:
                MountTree.Attach(given, root);
                return;
            case { Rootfs: { Kind: SnapshotKind.Copy, Upper: { } tree } copy }:
                PrivateMounts.Bind($"{copy.Directory}/{tree}", root);
                return;
            case { Rootfs: { } layers }:
                using (SafeFileHandle stacked = LayeredView.Mount(layers, isUnprivileged: false)) { MountTree.Attach(stacked, root); }

                return;
            default:
                PrivateMounts.Bind(ConfigurationRules.RootPath(request.Launch), root);
                return;
        }
    }

    private void MakePlaces(string root)
    {
        using DirFd directory = DirFd.Open(root);
        new RestorePlaces(directory, request.Launch.Bundle, (HostId(Config.Linux?.UidMappings), HostId(Config.Linux?.GidMappings))).Make(Config.Mounts);
    }

    private static uint HostId(IReadOnlyList<IdMapping>? mappings) => mappings?.FirstOrDefault(static m => m.ContainerId == 0)?.HostId ?? 0;

    // criu mounts in the directory that it works in, so that must be one of its own mount namespace.
    private (CriuDirectories Directories, CriuSession Session) Start(string root, IReadOnlyList<SpawnDescriptor> descriptors)
    {
        MountRoot(root);
        MakePlaces(root);
        CriuDirectories directories = CriuDirectories.Open(request.Images, request.WorkDirectory, makesImages: false, Log);
        directories.LetIn(HostId(Config.Linux?.GidMappings));
        try { return (directories, CriuSession.Start(criu, descriptors)); }
        catch
        {
            directories.Dispose();
            throw;
        }
    }

    // Where the container has a terminal, its standard descriptors come out of the images.
    private List<SpawnDescriptor> Stdio(SafeFileHandle nothing)
    {
        if (Config.Process is { Terminal: true }) { return [new(0, nothing), new(1, nothing), new(2, nothing)]; }

        LaunchStdio stdio = request.Launch.Stdio;
        var given = new List<SpawnDescriptor>();
        foreach ((int number, SafeFileHandle? file) in (ReadOnlySpan<(int, SafeFileHandle?)>)[(0, stdio.Input), (1, stdio.Output), (2, stdio.Error)])
        {
            if (file is not null) { given.Add(new SpawnDescriptor(number, file)); }
        }

        return given;
    }

    private CriuOptions Options(CriuDirectories directories, string root, string[] names, IReadOnlyList<(string Key, SpawnDescriptor Descriptor)> inherited, IReadOnlyList<CgroupLocation> cgroups) => new()
    {
        Images = directories.Images.Number,
        WorkDirectory = directories.WorkNumber,
        LogFile = Log,
        Root = root,
        ConfigFile = Dump.ConfigFile(Config),
        LsmProfile = request.LsmProfile,
        LsmMountContext = request.LsmMountContext,
        Choices = request.Options,
        IsRestore = true,
        Mounts = ExternalMounts.ForRestore(Config, request.Launch.Bundle, cgroups),
        Inherited =
        [
            .. inherited.Select(static i => (i.Key, i.Descriptor.Target)),
            .. names.Select(static (name, number) => (name, number)).Where(static d => StandardDescriptors.IsInherited(d.name)),
        ],
        Joined = ExternalNamespaces.Joined(Config.Linux?.Namespaces ?? []),
    };

    /// <summary>The cgroups in which what a process makes is born.</summary>
    private static List<(string Controllers, string Path)> CgroupsOf(int pid)
    {
        byte[] buffer = new byte[MaxCgroupBytes];
        int length = ProcFile.Read(string.Create(CultureInfo.InvariantCulture, $"/proc/{pid}/cgroup"), buffer);
        return CgroupRoots(Encoding.UTF8.GetString(buffer, 0, Math.Max(0, length)));
    }

    /// <summary>The lines of /proc/PID/cgroup: "number:controllers:path".</summary>
    internal static List<(string Controllers, string Path)> CgroupRoots(string lines)
    {
        var roots = new List<(string, string)>();
        foreach (string line in lines.Split('\n'))
        {
            string[] parts = line.Split(':', 3);
            if (parts.Length == 3) { roots.Add((parts[1], parts[2])); }
        }

        return roots;
    }

    private void Restore(CriuSession session, CriuDirectories directories, CriuOptions options)
    {
        CriuResponse? answer = session.Ask(CriuRequest.Of(CriuRequestKind.Restore, options), limit: null, Notice);
        string end = session.End();
        if (failure is not null) { System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(failure); }

        if (answer is not { IsSuccess: true } || !session.EndedWell) { throw CriuFailure.Of("restore", answer, end, session, directories, Log); }
    }

    private bool Notice(CriuResponse notice, IReadOnlyList<SafeFileHandle> descriptors)
    {
        try
        {
            switch (notice.Script)
            {
                case "setup-namespaces": Namespaces(notice.Pid); break;
                case "post-restore": Restored(notice.Pid); break;
                case "orphan-pts-master" when descriptors.Count > 0: Console(Descriptor.Duplicate(descriptors[0])); break;
            }

            return true;
        }
        catch (Exception e) when (e is IOException or InvalidDataException or InvalidOperationException)
        {
            failure = e; // told when criu has ended
            return false;
        }
    }
}

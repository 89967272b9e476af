using System.Globalization;
using Inro.Linux;
using Inro.Linux.Cgroups;
using Inro.Linux.Descriptors;
using Inro.Linux.Files;
using Inro.Linux.Namespaces;
using Inro.Linux.Netlink;
using Inro.Linux.Processes;
using Inro.Runtime.Checkpoint;
using Inro.Runtime.Resources;
using Inro.Runtime.State;
using Inro.Runtime.Steps;
using Inro.Spec.Runtime;
using Microsoft.Win32.SafeHandles;

namespace Inro.Runtime;

public sealed partial class ContainerRuntime
{
    /// <summary>Makes a container from images: it runs when the call returns.</summary>
    /// <returns>A child of this process.</returns>
    /// <exception cref="RuntimeException">The configuration is wrong, the id is taken, or criu is missing, does not work here or failed; nothing is left behind.</exception>
    /// <exception cref="ResourceException">A limit cannot be had.</exception>
    public LaunchedContainer Restore(RestoreRequest request)
    {
        LaunchRequest launch = request.Launch;
        ContainerPlace? place = launch.Place;
        Making? making = null;
        try
        {
            CriuProgram criu = CriuProgram.Open(request.Criu);
            CgroupLayout layout = CgroupLayout.Read();
            CgroupPlan plan = Plan(layout, launch, out PidsResources? lateTasks);
            DeadValues.Tell(launch.Config.Linux?.Resources?.Memory, layout.IsPureUnified, launch.Warn);
            making = new Making(launch, plan, lateTasks);
            _ = new LaunchCompiler(launch, making.Parts(null, null, null)); // refuses a wrong configuration before anything is made
            place ??= MakePlace(PlaceOf(launch), layout, plan);
            LaunchedContainer restored = Restore(request, criu, making, place);
            place.Dispose();
            return new LaunchedContainer { Pid = restored.Pid, Process = restored.Process, StartTime = restored.StartTime, BootId = restored.BootId, Console = making.Console };
        }
        catch (Exception)
        {
            making?.Console?.Dispose();
            GiveBackQuietly(place);
            throw;
        }
    }

    private LaunchedContainer Restore(RestoreRequest request, CriuProgram criu, Making making, ContainerPlace place)
    {
        making.Place = place;
        if (place.Unit is null) { making.Cgroups = place.Cgroups.Limit(making.Plan); } // systemd makes them around a process
        LaunchedContainer? restored = null;
        bool done = false;
        try
        {
            new Restoration(request, criu, _store.DirectoryPath(request.Launch.Id))
            {
                Enter = pid => Enter(making, place, pid),
                Namespaces = making.OnNamespaces,
                Restored = pid => restored = Keep(place.Directory, making, pid),
                Console = making.TakeConsole,
            }.Run();
            making.LimitTasks();
            done = restored is not null;
            return restored ?? throw new RuntimeException(RuntimeError.Failed, "criu restored a tree without saying which");
        }
        finally
        {
            if (!done) { EndQuietly(restored, making.Cgroups, making.State); }

            making.Cgroups?.Dispose();
        }
    }

    /// <summary>Moves criu into the container's cgroups: what it restores is born there.</summary>
    private static IReadOnlyList<CgroupLocation> Enter(Making making, ContainerPlace place, int pid)
    {
        if (place.Unit is not null)
        {
            making.EnterUnit(pid);
            return making.Cgroups!.Locations; // not null: just made
        }

        byte[] number = System.Text.Encoding.ASCII.GetBytes(pid.ToString(CultureInfo.InvariantCulture));
        foreach (CgroupProcesses tree in making.Cgroups!.OpenProcesses(withUnified: true)) // not null: made before criu was started
        {
            using (tree.File) { FileDescriptor.WriteAll(tree.File, number, tree.Location.Directory); }
        }

        return making.Cgroups.Locations;
    }

    /// <summary>Writes down who the restored process is. It stands still until criu is told to go on.</summary>
    private static LaunchedContainer Keep(DirFd directory, Making making, int pid)
    {
        PidFd process = PidFd.Open(pid); // a child that nobody has waited for
        try
        {
            if (making.Request.Config.Linux?.Namespaces.Any(static n => n is { Type: "network", Path: null }) == true) { BringUpLoopback(pid); }

            ulong start = ProcessStat.Read(pid)?.StartTime ?? throw new RuntimeException(RuntimeError.Failed, "the restored process has ended");
            StateStore.Write(directory, making.State with
            {
                Status = ContainerStatus.Created, Pid = pid, StartTime = start, Created = TimeProvider.System.GetUtcNow(),
                Namespaces = making.State.Namespaces | TimeOf(pid),
            });
            return new LaunchedContainer { Pid = pid, Process = process, StartTime = start, BootId = making.State.BootId };
        }
        catch
        {
            process.Dispose();
            throw;
        }
    }

    // As at a start: what else is in a network is not the runtime's.
    private static void BringUpLoopback(int pid)
    {
        using SafeFileHandle network = Descriptor.Open(string.Create(CultureInfo.InvariantCulture, $"/proc/{pid}/ns/net"), OpenFlags.Read);
        using NetworkDevices devices = NetworkDevices.OpenIn(network);
        devices.BringUp(devices.Find("lo"), "lo");
    }

    /// <summary>criu gives the tree a time namespace, so that its clocks go on from where they stood; an exec joins it.</summary>
    private static NamespaceFlags TimeOf(int pid)
    {
        try
        {
            using SafeFileHandle own = Descriptor.Open("/proc/self/ns/time", OpenFlags.Read);
            using SafeFileHandle its = Descriptor.Open(string.Create(CultureInfo.InvariantCulture, $"/proc/{pid}/ns/time"), OpenFlags.Read);
            return FileDescriptor.Status(own, "time").IsSameFile(FileDescriptor.Status(its, "time")) ? NamespaceFlags.None : NamespaceFlags.Time;
        }
        catch (LinuxException e) when (e.Errno == Errno.ENOENT) { return NamespaceFlags.None; } // a kernel without them
    }

    private static void EndQuietly(LaunchedContainer? restored, CgroupSet? cgroups, ContainerState state)
    {
        try
        {
            restored?.Process.Kill();
            if (cgroups is { Locations.Count: > 0 }) { cgroups.KillAll(_endLimit); }

            restored?.Process.Reap(_endLimit);
            ResourceDirector.Host.Remove(state.ResourceGroups);
        }
        catch (IOException) { return; } // the failure that led here says more
        finally { restored?.Dispose(); }
    }
}

using Inro.Engine.Devices;

namespace Inro.Cli.Arguments;

/// <content>What the container gets from the host: privileges, namespaces, devices.</content>
internal sealed partial class ContainerFlags
{
    private void AddHost(FlagTable table)
    {
        table
            .List("cap-add", '\0', "Add Linux capabilities", capabilitiesAdded.Add)
            .List("cap-drop", '\0', "Drop Linux capabilities", capabilitiesDropped.Add)
            .Text("cgroupns", '\0', "Cgroup namespace to use (host|private)", v => config = config with { CgroupNamespace = FlagValue.OneOf(v, "host", "private") }, offers: Completion.Of("host", "private"))
            .List("device", '\0', "Add a host device to the container", AddDevice, offers: Completion.File)
            .List("device-cgroup-rule", '\0', "Add a rule to the cgroup allowed devices list", deviceRules.Add)
            .List("gpus", '\0', "GPU devices to add to the container ('all' to pass all GPUs)", v => demands.Add(GpuArgument.Parse(v)), value: "gpu-request", offers: Completion.Of("all", "device="))
            .Text("ipc", '\0', "IPC mode to use (none|private|shareable|host|container:NAME)", v => config = config with { IpcMode = Ipc(v) }, offers: Completion.Of("none", "private", "shareable", "host", "container:"))
            .Text("isolation", '\0', "Container isolation technology", v => config = config with { Isolation = v is "" or "default" ? v : throw new FormatException($"isolation {v} is not there: only default is on this host") }, offers: Completion.Of("default"))
            .Text("pid", '\0', "PID namespace to use (host|private|container:NAME)", v => config = config with { PidMode = Mode(v) }, offers: Completion.Of("host", "private", "container:"))
            .Switch("privileged", '\0', "Give extended privileges to this container", v => config = config with { Privileged = v })
            .Text("runtime", '\0', "Runtime to use for this container", v => config = config with { Runtime = v is "" or "inro-oci" ? null : v })
            .List("security-opt", '\0', "Security Options", v => security.Add(SecurityArgument.Parse(v)), offers: Completion.Of("no-new-privileges", "seccomp=", "apparmor=", "systempaths=unconfined"))
            .List("sysctl", '\0', "Sysctl options", v => Put(sysctls, v), value: "map")
            .Text("userns", '\0', "User namespace to use (host|private|auto[:OPTIONS]|keep-id[:uid=N,gid=N])", v => config = config with { UserNamespace = v }, offers: Completion.Of("host", "private", "auto", "keep-id"))
            .Text("uts", '\0', "UTS namespace to use (host|private)", v => config = config with { UtsMode = FlagValue.OneOf(v, "host", "private") == "host" ? "host" : null }, offers: Completion.Of("host", "private"));
    }

    private static string? Mode(string text) => text.StartsWith("container:", StringComparison.Ordinal) ? text : FlagValue.OneOf(text, "host", "private") == "host" ? "host" : null;

    private static string Ipc(string text) => text.StartsWith("container:", StringComparison.Ordinal) ? text : FlagValue.OneOf(text, "none", "private", "shareable", "host");

    private void AddDevice(string text)
    {
        if (CdiName.IsName(text)) { demands.Add(new DeviceDemand { Driver = DeviceDemand.Cdi, Ids = [text] }); }
        else { devices.Add(DeviceArgument.Parse(text)); }
    }
}

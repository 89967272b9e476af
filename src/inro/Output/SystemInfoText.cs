using System.Globalization;
using System.Text;
using Inro.Spec.DockerApi;

namespace Inro.Cli.Output;

/// <summary><c>inro info</c> for people, in docker's lines.</summary>
internal static class SystemInfoText
{
    private static readonly string[] Units = ["B", "KiB", "MiB", "GiB", "TiB"];

    public static string Of(SystemInfo info)
    {
        var text = new StringBuilder();
        text.Append($"Client: Inro\n Version:    {info.ServerVersion}\n Context:    default\n Debug Mode: false\n\nServer:\n");
        text.Append($" Containers: {info.Containers}\n  Running: {info.ContainersRunning}\n  Paused: {info.ContainersPaused}\n  Stopped: {info.ContainersStopped}\n");
        text.Append($" Images: {info.Images}\n Server Version: {info.ServerVersion}\n Storage Driver: {info.Driver}\n");
        foreach (IReadOnlyList<string> pair in info.DriverStatus) { text.Append($"  {pair[0]}: {pair[1]}\n"); }

        text.Append($" Logging Driver: {info.LoggingDriver}\n Cgroup Driver: {info.CgroupDriver}\n Cgroup Version: {info.CgroupVersion}\n");
        text.Append($" Plugins:\n  Volume: {string.Join(' ', info.Plugins.Volume)}\n  Network: {string.Join(' ', info.Plugins.Network)}\n  Log: {string.Join(' ', info.Plugins.Log)}\n");
        text.Append(" CDI spec directories:\n");
        foreach (string directory in info.CdiSpecDirectories) { text.Append($"  {directory}\n"); }

        text.Append($" Swarm: {info.Swarm.LocalNodeState}\n Runtimes: {string.Join(' ', info.Runtimes.Keys)}\n Default Runtime: {info.DefaultRuntime}\n Init Binary: {info.InitBinary}\n Security Options:\n");
        foreach (string option in info.SecurityOptions) { Security(text, option); }

        text.Append($" Kernel Version: {info.KernelVersion}\n Operating System: {info.OperatingSystem}\n OSType: {info.OsType}\n Architecture: {info.Architecture}\n");
        text.Append($" CPUs: {info.Cpus}\n Total Memory: {Binary(info.MemTotal)}\n Name: {info.Name}\n ID: {info.Id}\n Docker Root Dir: {info.DockerRootDir}\n Debug Mode: false\n");
        foreach ((string name, string value) in ((string, string)[])[("HTTP Proxy", info.HttpProxy), ("HTTPS Proxy", info.HttpsProxy), ("No Proxy", info.NoProxy)])
        {
            if (value.Length > 0) { text.Append($" {name}: {value}\n"); }
        }

        text.Append(" Experimental: false\n Live Restore Enabled: true\n\n");
        foreach (string warning in info.Warnings) { text.Append(warning).Append('\n'); }

        return text.ToString();
    }

    // name=seccomp,profile=builtin
    private static void Security(StringBuilder text, string option)
    {
        foreach (string pair in option.Split(','))
        {
            text.Append(pair.StartsWith("name=", StringComparison.Ordinal) ? $"  {pair["name=".Length..]}\n" : $"   Profile: {pair[(pair.IndexOf('=', StringComparison.Ordinal) + 1)..]}\n");
        }
    }

    private static string Binary(long bytes)
    {
        double size = bytes;
        int unit = 0;
        for (; size >= 1024 && unit < Units.Length - 1; unit++) { size /= 1024; }

        return size.ToString("0.###", CultureInfo.InvariantCulture) + Units[unit];
    }
}

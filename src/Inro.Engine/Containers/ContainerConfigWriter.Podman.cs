using System.Text.Json;

namespace Inro.Engine.Containers;

/// <content>What podman's command line asks besides.</content>
internal static partial class ContainerConfigWriter
{
    private static void Podman(Utf8JsonWriter json, ContainerConfig c)
    {
        List(json, "createCommand"u8, c.CreateCommand);
        Text(json, "createDirectory"u8, c.CreateDirectory);
        Number(json, "runSeconds"u8, c.RunSeconds);
        Text(json, "pidFile"u8, c.PidFile);
        Text(json, "shimPidFile"u8, c.ShimPidFile);
        List(json, "environmentMerges"u8, c.EnvironmentMerges);
        Text(json, "hostsBase"u8, c.HostsBase);
        Flag(json, "leavesHosts"u8, c.LeavesHosts);
        Flag(json, "leavesHostname"u8, c.LeavesHostname);
        Flag(json, "leavesResolver"u8, c.LeavesResolver);
        List(json, "chrootDirectories"u8, c.ChrootDirectories);
        Text(json, "imageVolumes"u8, c.ImageVolumes);
        Text(json, "initProgram"u8, c.InitProgram);
        Text(json, "personality"u8, c.Personality);
        Text(json, "resourceClass"u8, c.ResourceClass);
        Choice(json, "namesUser"u8, c.NamesUser);
        Text(json, "passwdEntry"u8, c.PasswdEntry);
        Text(json, "groupEntry"u8, c.GroupEntry);
        List(json, "hostUsers"u8, c.HostUsers);
        if (c.Startup is { } startup) { Startup(json, startup); }

        Number(json, "healthLogCount"u8, c.HealthLogCount);
        Number(json, "healthLogBytes"u8, c.HealthLogBytes);
    }

    private static void Startup(Utf8JsonWriter json, StartupCheck startup)
    {
        json.WriteStartObject("startup"u8);
        List(json, "test"u8, startup.Test);
        json.WriteNumber("intervalNanoseconds"u8, startup.IntervalNanoseconds);
        json.WriteNumber("timeoutNanoseconds"u8, startup.TimeoutNanoseconds);
        json.WriteNumber("retries"u8, startup.Retries);
        json.WriteNumber("successes"u8, startup.Successes);
        json.WriteEndObject();
    }
}

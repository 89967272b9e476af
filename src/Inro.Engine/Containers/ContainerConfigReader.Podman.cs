using System.Text.Json;

namespace Inro.Engine.Containers;

/// <content>What podman's command line asks besides.</content>
internal static partial class ContainerConfigReader
{
    private static ContainerConfig OfPodman(ContainerConfig c, string name, ref Utf8JsonReader json) => name switch
    {
        "createCommand" => c with { CreateCommand = Strings(ref json) },
        "createDirectory" => c with { CreateDirectory = Text(ref json) },
        "runSeconds" => c with { RunSeconds = json.GetInt32() },
        "pidFile" => c with { PidFile = Text(ref json) },
        "shimPidFile" => c with { ShimPidFile = Text(ref json) },
        "environmentMerges" => c with { EnvironmentMerges = Strings(ref json) },
        "hostsBase" => c with { HostsBase = Text(ref json) },
        "leavesHosts" => c with { LeavesHosts = json.GetBoolean() },
        "leavesHostname" => c with { LeavesHostname = json.GetBoolean() },
        "leavesResolver" => c with { LeavesResolver = json.GetBoolean() },
        "chrootDirectories" => c with { ChrootDirectories = Strings(ref json) },
        "imageVolumes" => c with { ImageVolumes = Text(ref json) },
        "initProgram" => c with { InitProgram = Text(ref json) },
        "personality" => c with { Personality = Text(ref json) },
        "resourceClass" => c with { ResourceClass = Text(ref json) },
        "namesUser" => c with { NamesUser = json.GetBoolean() },
        "passwdEntry" => c with { PasswdEntry = Text(ref json) },
        "groupEntry" => c with { GroupEntry = Text(ref json) },
        "hostUsers" => c with { HostUsers = Strings(ref json) },
        "startup" => c with { Startup = Startup(ref json) },
        "healthLogCount" => c with { HealthLogCount = json.GetInt32() },
        "healthLogBytes" => c with { HealthLogBytes = json.GetInt32() },
        _ => Skip(c, ref json),
    };

    private static StartupCheck Startup(ref Utf8JsonReader json) => Object(
        ref json,
        new StartupCheck(),
        static (StartupCheck m, string name, ref Utf8JsonReader json) => name switch
        {
            "test" => m with { Test = Strings(ref json) },
            "intervalNanoseconds" => m with { IntervalNanoseconds = json.GetInt64() },
            "timeoutNanoseconds" => m with { TimeoutNanoseconds = json.GetInt64() },
            "retries" => m with { Retries = json.GetInt32() },
            "successes" => m with { Successes = json.GetInt32() },
            _ => Skip(m, ref json),
        });
}

namespace Inro.Spec.Runtime;

public static partial class RuntimeConfigReader
{
    private static LinuxConfig ReadLinux(ref ConfigCursor json)
    {
        LinuxConfig none = new();
        IReadOnlyList<NamespaceConfig> namespaces = [];
        IReadOnlyList<IdMapping> uids = [], gids = [];
        TimeOffsetsConfig? offsets = null;
        IReadOnlyList<DeviceConfig> devices = [];
        IReadOnlyDictionary<string, NetDeviceConfig> netDevices = none.NetDevices;
        IReadOnlyDictionary<string, string> sysctl = none.Sysctl;
        string? cgroupsPath = null, propagation = null, mountLabel = null;
        LinuxResources? resources = null;
        LinuxSeccomp? seccomp = null;
        string[] masked = [], readonlyPaths = [];
        IntelRdtConfig? rdt = null;
        MemoryPolicyConfig? memoryPolicy = null;
        PersonalityConfig? personality = null;
        json.BeginObject();
        while (json.NextField())
        {
            if (json.Is("namespaces"u8)) { namespaces = ReadNamespaces(ref json); }
            else if (json.Is("uidMappings"u8)) { uids = ReadMappings(ref json); }
            else if (json.Is("gidMappings"u8)) { gids = ReadMappings(ref json); }
            else if (json.Is("timeOffsets"u8)) { offsets = ReadTimeOffsets(ref json); }
            else if (json.Is("devices"u8)) { devices = ReadDevices(ref json); }
            else if (json.Is("netDevices"u8)) { netDevices = ReadNetDevices(ref json); }
            else if (json.Is("cgroupsPath"u8)) { cgroupsPath = json.String(); }
            else if (json.Is("resources"u8)) { resources = ReadResources(ref json); }
            else if (json.Is("rootfsPropagation"u8)) { propagation = json.String(); }
            else if (json.Is("seccomp"u8)) { seccomp = ReadSeccomp(ref json); }
            else if (json.Is("sysctl"u8)) { sysctl = json.StringMap(); }
            else if (json.Is("maskedPaths"u8)) { masked = json.Strings(); }
            else if (json.Is("readonlyPaths"u8)) { readonlyPaths = json.Strings(); }
            else if (json.Is("mountLabel"u8)) { mountLabel = json.String(); }
            else if (json.Is("intelRdt"u8)) { rdt = ReadIntelRdt(ref json); }
            else if (json.Is("memoryPolicy"u8)) { memoryPolicy = ReadMemoryPolicy(ref json); }
            else if (json.Is("personality"u8)) { personality = ReadPersonality(ref json); }
            else { json.Skip(); }
        }

        return new LinuxConfig
        {
            Namespaces = namespaces, UidMappings = uids, GidMappings = gids, TimeOffsets = offsets, Devices = devices, NetDevices = netDevices,
            CgroupsPath = cgroupsPath, Resources = resources, RootfsPropagation = propagation, Seccomp = seccomp, Sysctl = sysctl,
            MaskedPaths = masked, ReadonlyPaths = readonlyPaths, MountLabel = mountLabel, IntelRdt = rdt, MemoryPolicy = memoryPolicy,
            Personality = personality,
        };
    }

    private static List<NamespaceConfig> ReadNamespaces(ref ConfigCursor json)
    {
        var namespaces = new List<NamespaceConfig>(8);
        json.BeginArray();
        while (json.NextElement())
        {
            string? type = null, path = null;
            json.BeginObject();
            while (json.NextField())
            {
                if (json.Is("type"u8)) { type = json.String(); }
                else if (json.Is("path"u8)) { path = json.String(); }
                else { json.Skip(); }
            }

            namespaces.Add(new NamespaceConfig(type ?? throw json.Missing("type"), string.IsNullOrEmpty(path) ? null : path));
        }

        return namespaces;
    }

    private static TimeOffsetsConfig ReadTimeOffsets(ref ConfigCursor json)
    {
        TimeOffset? monotonic = null, boottime = null;
        json.BeginObject();
        while (json.NextField())
        {
            if (json.Is("monotonic"u8)) { monotonic = ReadTimeOffset(ref json); }
            else if (json.Is("boottime"u8)) { boottime = ReadTimeOffset(ref json); }
            else { json.Skip(); }
        }

        return new TimeOffsetsConfig(monotonic, boottime);
    }

    private static TimeOffset ReadTimeOffset(ref ConfigCursor json)
    {
        long seconds = 0;
        uint nanoseconds = 0;
        json.BeginObject();
        while (json.NextField())
        {
            if (json.Is("secs"u8)) { seconds = json.Int64(); }
            else if (json.Is("nanosecs"u8)) { nanoseconds = json.UInt32(); }
            else { json.Skip(); }
        }

        return new TimeOffset(seconds, nanoseconds);
    }

    private static List<DeviceConfig> ReadDevices(ref ConfigCursor json)
    {
        var devices = new List<DeviceConfig>();
        json.BeginArray();
        while (json.NextElement())
        {
            string? type = null, path = null;
            long major = 0, minor = 0;
            uint? mode = null, uid = null, gid = null;
            json.BeginObject();
            while (json.NextField())
            {
                if (json.Is("type"u8)) { type = json.String(); }
                else if (json.Is("path"u8)) { path = json.String(); }
                else if (json.Is("major"u8)) { major = json.Int64(); }
                else if (json.Is("minor"u8)) { minor = json.Int64(); }
                else if (json.Is("fileMode"u8)) { mode = json.UInt32(); }
                else if (json.Is("uid"u8)) { uid = json.UInt32(); }
                else if (json.Is("gid"u8)) { gid = json.UInt32(); }
                else { json.Skip(); }
            }

            devices.Add(new DeviceConfig
            {
                Type = type ?? throw json.Missing("type"), Path = path ?? throw json.Missing("path"), Major = major, Minor = minor,
                FileMode = mode, Uid = uid, Gid = gid,
            });
        }

        return devices;
    }

    private static Dictionary<string, NetDeviceConfig> ReadNetDevices(ref ConfigCursor json)
    {
        var devices = new Dictionary<string, NetDeviceConfig>(StringComparer.Ordinal);
        json.BeginObject();
        while (json.NextField())
        {
            string host = json.Name();
            string? name = null;
            json.BeginObject();
            while (json.NextField())
            {
                if (json.Is("name"u8)) { name = json.String(); }
                else { json.Skip(); }
            }

            if (!devices.TryAdd(host, new NetDeviceConfig(name))) { throw json.Wrong("is given twice"); }
        }

        return devices;
    }

    private static IntelRdtConfig ReadIntelRdt(ref ConfigCursor json)
    {
        string? id = null, cache = null, bandwidth = null;
        string[] schemata = [];
        bool monitoring = false;
        json.BeginObject();
        while (json.NextField())
        {
            if (json.Is("closID"u8)) { id = json.String(); }
            else if (json.Is("schemata"u8)) { schemata = json.Strings(); }
            else if (json.Is("l3CacheSchema"u8)) { cache = json.String(); }
            else if (json.Is("memBwSchema"u8)) { bandwidth = json.String(); }
            else if (json.Is("enableMonitoring"u8)) { monitoring = json.Boolean(); }
            else { json.Skip(); }
        }

        return new IntelRdtConfig { ClosId = id, Schemata = schemata, L3CacheSchema = cache, MemBwSchema = bandwidth, EnableMonitoring = monitoring };
    }

    private static MemoryPolicyConfig ReadMemoryPolicy(ref ConfigCursor json)
    {
        string? mode = null, nodes = null;
        string[] flags = [];
        json.BeginObject();
        while (json.NextField())
        {
            if (json.Is("mode"u8)) { mode = json.String(); }
            else if (json.Is("nodes"u8)) { nodes = json.String(); }
            else if (json.Is("flags"u8)) { flags = json.Strings(); }
            else { json.Skip(); }
        }

        return new MemoryPolicyConfig(mode ?? throw json.Missing("mode"), nodes, flags);
    }

    private static PersonalityConfig ReadPersonality(ref ConfigCursor json)
    {
        string? domain = null;
        string[] flags = [];
        json.BeginObject();
        while (json.NextField())
        {
            if (json.Is("domain"u8)) { domain = json.String(); }
            else if (json.Is("flags"u8)) { flags = json.Strings(); }
            else { json.Skip(); }
        }

        return new PersonalityConfig(domain ?? throw json.Missing("domain"), flags);
    }

    private static LinuxSeccomp ReadSeccomp(ref ConfigCursor json)
    {
        string? action = null, listener = null, metadata = null;
        uint? errno = null;
        string[] architectures = [];
        string[]? flags = null;
        IReadOnlyList<SeccompRule> rules = [];
        json.BeginObject();
        while (json.NextField())
        {
            if (json.Is("defaultAction"u8)) { action = json.String(); }
            else if (json.Is("defaultErrnoRet"u8)) { errno = json.UInt32(); }
            else if (json.Is("architectures"u8)) { architectures = json.Strings(); }
            else if (json.Is("flags"u8)) { flags = json.Strings(); }
            else if (json.Is("listenerPath"u8)) { listener = json.String(); }
            else if (json.Is("listenerMetadata"u8)) { metadata = json.String(); }
            else if (json.Is("syscalls"u8)) { rules = ReadSeccompRules(ref json); }
            else { json.Skip(); }
        }

        return new LinuxSeccomp
        {
            DefaultAction = action ?? throw json.Missing("defaultAction"), DefaultErrnoRet = errno, Architectures = architectures, Flags = flags,
            ListenerPath = listener, ListenerMetadata = metadata, Syscalls = rules,
        };
    }

    private static List<SeccompRule> ReadSeccompRules(ref ConfigCursor json)
    {
        var rules = new List<SeccompRule>();
        json.BeginArray();
        while (json.NextElement())
        {
            string[]? names = null;
            string? action = null;
            uint? errno = null;
            IReadOnlyList<SeccompArgument> args = [];
            json.BeginObject();
            while (json.NextField())
            {
                if (json.Is("names"u8)) { names = json.Strings(); }
                else if (json.Is("action"u8)) { action = json.String(); }
                else if (json.Is("errnoRet"u8)) { errno = json.UInt32(); }
                else if (json.Is("args"u8)) { args = ReadSeccompArguments(ref json); }
                else { json.Skip(); }
            }

            rules.Add(new SeccompRule
            {
                Names = names ?? throw json.Missing("names"), Action = action ?? throw json.Missing("action"), ErrnoRet = errno, Args = args,
            });
        }

        return rules;
    }

    private static List<SeccompArgument> ReadSeccompArguments(ref ConfigCursor json)
    {
        var args = new List<SeccompArgument>();
        json.BeginArray();
        while (json.NextElement())
        {
            uint? index = null;
            ulong? value = null;
            ulong second = 0;
            string? comparison = null;
            json.BeginObject();
            while (json.NextField())
            {
                if (json.Is("index"u8)) { index = json.UInt32(); }
                else if (json.Is("value"u8)) { value = json.UInt64(); }
                else if (json.Is("valueTwo"u8)) { second = json.UInt64(); }
                else if (json.Is("op"u8)) { comparison = json.String(); }
                else { json.Skip(); }
            }

            args.Add(new SeccompArgument(index ?? throw json.Missing("index"), value ?? throw json.Missing("value"), second,
                comparison ?? throw json.Missing("op")));
        }

        return args;
    }
}

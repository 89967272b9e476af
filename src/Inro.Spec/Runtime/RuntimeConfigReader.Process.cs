namespace Inro.Spec.Runtime;

public static partial class RuntimeConfigReader
{
    private static ProcessConfig ReadProcess(ref ConfigCursor json)
    {
        bool terminal = false, noNewPrivileges = false;
        ConsoleSize? console = null;
        UserConfig? user = null;
        string[] args = [], env = [];
        string? cwd = null, apparmor = null, selinux = null;
        CapabilitiesConfig? capabilities = null;
        IReadOnlyList<RlimitConfig> rlimits = [];
        int? oom = null;
        IoPriorityConfig? ioPriority = null;
        SchedulerConfig? scheduler = null;
        ExecCpuAffinityConfig? affinity = null;
        json.BeginObject();
        while (json.NextField())
        {
            if (json.Is("terminal"u8)) { terminal = json.Boolean(); }
            else if (json.Is("consoleSize"u8)) { console = ReadConsoleSize(ref json); }
            else if (json.Is("user"u8)) { user = ReadUser(ref json); }
            else if (json.Is("args"u8)) { args = json.Strings(); }
            else if (json.Is("env"u8)) { env = json.Strings(); }
            else if (json.Is("cwd"u8)) { cwd = json.String(); }
            else if (json.Is("capabilities"u8)) { capabilities = ReadCapabilities(ref json); }
            else if (json.Is("rlimits"u8)) { rlimits = ReadRlimits(ref json); }
            else if (json.Is("noNewPrivileges"u8)) { noNewPrivileges = json.Boolean(); }
            else if (json.Is("oomScoreAdj"u8)) { oom = json.Int32(); }
            else if (json.Is("apparmorProfile"u8)) { apparmor = json.String(); }
            else if (json.Is("selinuxLabel"u8)) { selinux = json.String(); }
            else if (json.Is("ioPriority"u8)) { ioPriority = ReadIoPriority(ref json); }
            else if (json.Is("scheduler"u8)) { scheduler = ReadScheduler(ref json); }
            else if (json.Is("execCPUAffinity"u8)) { affinity = ReadAffinity(ref json); }
            else { json.Skip(); }
        }

        return new ProcessConfig
        {
            Terminal = terminal, ConsoleSize = console, User = user ?? new UserConfig(), Args = args, Env = env,
            Cwd = cwd ?? throw json.Missing("cwd"), Capabilities = capabilities, Rlimits = rlimits, NoNewPrivileges = noNewPrivileges,
            OomScoreAdj = oom, ApparmorProfile = apparmor, SelinuxLabel = selinux, IoPriority = ioPriority, Scheduler = scheduler,
            ExecCpuAffinity = affinity,
        };
    }

    private static ConsoleSize ReadConsoleSize(ref ConfigCursor json)
    {
        uint height = 0, width = 0;
        json.BeginObject();
        while (json.NextField())
        {
            if (json.Is("height"u8)) { height = json.UInt32(); }
            else if (json.Is("width"u8)) { width = json.UInt32(); }
            else { json.Skip(); }
        }

        return new ConsoleSize(height, width);
    }

    private static UserConfig ReadUser(ref ConfigCursor json)
    {
        uint uid = 0, gid = 0;
        uint? umask = null;
        string? username = null;
        var groups = new List<uint>();
        json.BeginObject();
        while (json.NextField())
        {
            if (json.Is("uid"u8)) { uid = json.UInt32(); }
            else if (json.Is("gid"u8)) { gid = json.UInt32(); }
            else if (json.Is("umask"u8)) { umask = json.UInt32(); }
            else if (json.Is("username"u8)) { username = json.String(); }
            else if (json.Is("additionalGids"u8))
            {
                json.BeginArray();
                while (json.NextElement()) { groups.Add(json.UInt32()); }
            }
            else { json.Skip(); }
        }

        return new UserConfig { Uid = uid, Gid = gid, Umask = umask, Username = username, AdditionalGids = groups };
    }

    private static CapabilitiesConfig ReadCapabilities(ref ConfigCursor json)
    {
        string[] bounding = [], effective = [], inheritable = [], permitted = [], ambient = [];
        json.BeginObject();
        while (json.NextField())
        {
            if (json.Is("bounding"u8)) { bounding = json.Strings(); }
            else if (json.Is("effective"u8)) { effective = json.Strings(); }
            else if (json.Is("inheritable"u8)) { inheritable = json.Strings(); }
            else if (json.Is("permitted"u8)) { permitted = json.Strings(); }
            else if (json.Is("ambient"u8)) { ambient = json.Strings(); }
            else { json.Skip(); }
        }

        return new CapabilitiesConfig
        {
            Bounding = bounding, Effective = effective, Inheritable = inheritable, Permitted = permitted, Ambient = ambient,
        };
    }

    private static List<RlimitConfig> ReadRlimits(ref ConfigCursor json)
    {
        var limits = new List<RlimitConfig>();
        json.BeginArray();
        while (json.NextElement())
        {
            string? type = null;
            ulong? soft = null, hard = null;
            json.BeginObject();
            while (json.NextField())
            {
                if (json.Is("type"u8)) { type = json.String(); }
                else if (json.Is("soft"u8)) { soft = json.UInt64(); }
                else if (json.Is("hard"u8)) { hard = json.UInt64(); }
                else { json.Skip(); }
            }

            limits.Add(new RlimitConfig(type ?? throw json.Missing("type"), soft ?? throw json.Missing("soft"), hard ?? throw json.Missing("hard")));
        }

        return limits;
    }

    private static IoPriorityConfig ReadIoPriority(ref ConfigCursor json)
    {
        string? type = null;
        int priority = 0;
        json.BeginObject();
        while (json.NextField())
        {
            if (json.Is("class"u8)) { type = json.String(); }
            else if (json.Is("priority"u8)) { priority = json.Int32(); }
            else { json.Skip(); }
        }

        return new IoPriorityConfig(type ?? throw json.Missing("class"), priority);
    }

    private static SchedulerConfig ReadScheduler(ref ConfigCursor json)
    {
        string? policy = null;
        int nice = 0, priority = 0;
        string[] flags = [];
        ulong runtime = 0, deadline = 0, period = 0;
        json.BeginObject();
        while (json.NextField())
        {
            if (json.Is("policy"u8)) { policy = json.String(); }
            else if (json.Is("nice"u8)) { nice = json.Int32(); }
            else if (json.Is("priority"u8)) { priority = json.Int32(); }
            else if (json.Is("flags"u8)) { flags = json.Strings(); }
            else if (json.Is("runtime"u8)) { runtime = json.UInt64(); }
            else if (json.Is("deadline"u8)) { deadline = json.UInt64(); }
            else if (json.Is("period"u8)) { period = json.UInt64(); }
            else { json.Skip(); }
        }

        return new SchedulerConfig
        {
            Policy = policy ?? throw json.Missing("policy"), Nice = nice, Priority = priority, Flags = flags,
            Runtime = runtime, Deadline = deadline, Period = period,
        };
    }

    private static ExecCpuAffinityConfig ReadAffinity(ref ConfigCursor json)
    {
        string? initial = null, final = null;
        json.BeginObject();
        while (json.NextField())
        {
            if (json.Is("initial"u8)) { initial = json.String(); }
            else if (json.Is("final"u8)) { final = json.String(); }
            else { json.Skip(); }
        }

        return new ExecCpuAffinityConfig(initial, final);
    }
}

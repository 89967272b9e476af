using Inro.KernelTests.Harness;

namespace Inro.Conformance.Oci.Fields;

internal static partial class FieldCases
{
    private const string Status = "grep -E '^Cap|^NoNew' /proc/self/status | tr -d '\\t'";

    private static IEnumerable<FieldCase> Process() =>
    [
        Case("process.terminal", "test -t 0 && test -t 1 && tty", "/dev/pts/0\n", ("process.terminal", "true")),
        Case(["process.consoleSize.height", "process.consoleSize.width"], "stty size", "31 99\n", ("process.terminal", "true"), ("process.consoleSize", """{"height":31,"width":99}""")),
        Case("process.cwd", "pwd", "/usr/bin\n", ("process.cwd", "\"/usr/bin\"")),
        Case("process.env[]", "echo $WORD", "said\n", ("process.env[]", "\"WORD=said\"")),
        new() { Fields = ["process.args[]"], Config = [("process.args", "[\"/bin/echo\",\"an\",\"argument\"]")], Shows = "an argument\n" },
        Case("process.user.uid", "id -u", "1234\n", ("process.user", """{"uid":1234,"gid":0}""")),
        Case("process.user.gid", "id -g", "4321\n", ("process.user", """{"uid":0,"gid":4321}""")),
        Case("process.user.umask", "umask", "0077\n", ("process.user", """{"uid":0,"gid":0,"umask":63}""")),
        Case("process.user.additionalGids[]", "id -G", "0 50 77\n", ("process.user", """{"uid":0,"gid":0,"additionalGids":[50,77]}""")),
        Set("bounding", "CapBnd:0000000000002000"),
        Set("permitted", "CapPrm:0000000000002000"),
        Set("effective", "{effective=1<<CAP_NET_RAW,") with { Look = Traced, Needs = Needs.Strace }, // an exec computes it anew: only the launch itself has it
        Set("inheritable", "CapInh:0000000000002000"),
        Case("process.capabilities.ambient[]", Status, "CapAmb:0000000000002000",
            ("process.capabilities", """{"bounding":["CAP_NET_RAW"],"permitted":["CAP_NET_RAW"],"effective":["CAP_NET_RAW"],"inheritable":["CAP_NET_RAW"],"ambient":["CAP_NET_RAW"]}"""),
            ("process.user", """{"uid":1234,"gid":0}""")),
        Case(["process.rlimits[].type", "process.rlimits[].soft", "process.rlimits[].hard"], "echo $(ulimit -Sc) $(ulimit -Hc)", "3 5\n", ("process.rlimits", """[{"type":"RLIMIT_CORE","soft":1536,"hard":2560}]""")),
        Case("process.noNewPrivileges", Status, "NoNewPrivs:1\n", ("process.noNewPrivileges", "true")),
        Case("process.oomScoreAdj", "cat /proc/self/oom_score_adj", "321\n", ("process.oomScoreAdj", "321")),
        Told("process.selinuxLabel", "process.selinuxLabel", ("process.selinuxLabel", "\"system_u:system_r:container_t:s0\"")),
    ];

    /// <summary>An ordinary user's sets are what was given; root's would be computed anew from the bounding set, so that each alone would not be seen.</summary>
    private static FieldCase Set(string set, string shows)
    {
        string own = """["CAP_NET_RAW"]""";
        string all = """{"bounding":["CAP_NET_RAW"],"permitted":["CAP_NET_RAW"],"effective":["CAP_NET_RAW"],"inheritable":["CAP_NET_RAW"],"ambient":["CAP_NET_RAW"]}""";
        return set switch
        {
            "bounding" => Case($"process.capabilities.{set}[]", Status, shows, ("process.capabilities." + set, own), ("process.user", """{"uid":1234,"gid":0}""")),
            _ => Case($"process.capabilities.{set}[]", Status, shows, ("process.capabilities", all), ("process.user", """{"uid":1234,"gid":0}""")),
        };
    }

    private static IEnumerable<FieldCase> Schedule()
    {
        // proc_pid_stat(5): 19 nice, 40 rt_priority, 41 policy.
        yield return Case("process.scheduler.policy", "cut -d' ' -f41 /proc/1/stat", "3\n", ("process.scheduler", """{"policy":"SCHED_BATCH"}"""));
        yield return Case("process.scheduler.nice", "cut -d' ' -f19 /proc/1/stat", "7\n", ("process.scheduler", """{"policy":"SCHED_OTHER","nice":7}"""));
        yield return Case("process.scheduler.priority", "cut -d' ' -f40 /proc/1/stat", "5\n", ("process.scheduler", """{"policy":"SCHED_RR","priority":5}"""), Realtime);
        yield return Case("process.scheduler.flags[]", "cut -d' ' -f41 /proc/1/stat; (cut -d' ' -f41 /proc/self/stat); true", "2\n0\n", ("process.scheduler", """{"policy":"SCHED_RR","priority":5,"flags":["SCHED_FLAG_RESET_ON_FORK"]}"""), Realtime);

        const string Deadline = """{"policy":"SCHED_DEADLINE","runtime":20000000,"deadline":40000000,"period":80000000,"flags":["SCHED_FLAG_RESET_ON_FORK"]}""";
        yield return Case(["process.scheduler.runtime", "process.scheduler.deadline", "process.scheduler.period"], "sleep 30",
            "runtime/deadline/period parameters: 20000000/40000000/80000000", ("process.scheduler", Deadline)) with { Look = AskChrt, Needs = Needs.Chrt };
        yield return Case("process.ioPriority.class", "ionice", "idle", ("process.ioPriority", """{"class":"IOPRIO_CLASS_IDLE"}"""));
        yield return Case("process.ioPriority.priority", "ionice", "best-effort: prio 6", ("process.ioPriority", """{"class":"IOPRIO_CLASS_BE","priority":6}"""));
        yield return Case("process.execCPUAffinity.final", "sleep 30", "Cpus_allowed_list:1\n", ("process.execCPUAffinity", """{"initial":"0","final":"1"}""")) with { Look = Affinity };
        yield return Told("process.execCPUAffinity.initial", "process.execCPUAffinity.initial", ("process.execCPUAffinity", """{"initial":"x"}"""));
        yield return Case("linux.memoryPolicy.mode", "head -n1 /proc/1/numa_maps", " bind:0 ", ("linux.memoryPolicy", """{"mode":"MPOL_BIND","nodes":"0"}"""));
        yield return Case("linux.memoryPolicy.nodes", "head -n1 /proc/1/numa_maps", " interleave:0 ", ("linux.memoryPolicy", """{"mode":"MPOL_INTERLEAVE","nodes":"0"}"""));
        yield return Case("linux.memoryPolicy.flags[]", "head -n1 /proc/1/numa_maps", " bind=static:0 ", ("linux.memoryPolicy", """{"mode":"MPOL_BIND","nodes":"0","flags":["MPOL_F_STATIC_NODES"]}"""));
        yield return Case("linux.personality.domain", "uname -m", "i686\n", ("linux.personality", """{"domain":"LINUX32"}"""));
        yield return Told("linux.personality.flags[]", "linux.personality.flags", ("linux.personality", """{"domain":"LINUX","flags":["ADDR_NO_RANDOMIZE"]}"""));
    }

    /// <summary>On v1 a cgroup has no realtime budget unless it is given one.</summary>
    private static (string Path, string Json) Realtime => File.Exists("/sys/fs/cgroup/cpu/cpu.rt_runtime_us")
        ? ("linux.resources.cpu", """{"realtimeRuntime":10000,"realtimePeriod":1000000}""")
        : ("linux.resources.cpu", "{}");

    private static string AskChrt(Bundle bundle)
    {
        if (bundle.Detach() is { ExitCode: not 0 } refused) { return Output(refused); }

        string state = bundle.Oci("state", bundle.Id).Ok().Output;
        string pid = (string?)System.Text.Json.Nodes.JsonNode.Parse(state)!["pid"]!.ToString() ?? "";
        return Tool.Run("chrt", ["-p", pid], TimeSpan.FromSeconds(10)).Output;
    }

    private static string Affinity(Bundle bundle)
    {
        bundle.Detach().Ok();
        return bundle.Oci("exec", bundle.Id, "sh", "-c", "grep Cpus_allowed_list /proc/self/status | tr -d '\\t'").Output;
    }

    private static IEnumerable<FieldCase> Hooks()
    {
        string[] kinds = ["prestart", "createRuntime", "createContainer", "startContainer", "poststart", "poststop"];
        foreach (string kind in kinds)
        {
            // In the container the rootfs is "/"; its file is seen from outside under the bundle.
            bool isInside = kind is "startContainer";
            string file = isInside ? "/hooked" : "@BUNDLE@/rootfs/hooked";
            string hook = "{\"path\":\"/bin/sh\",\"args\":[\"sh\",\"-c\",\"echo $WORD $0 $(grep -c '\\\"id\\\"') >>" + file + "\",\"argument\"],\"env\":[\"WORD=said\",\"PATH=/bin:/usr/bin\"],\"timeout\":20}";
            yield return new FieldCase
            {
                Fields = [$"hooks.{kind}[].path", $"hooks.{kind}[].args[]", $"hooks.{kind}[].env[]"],
                Config = [("hooks." + kind + "[]", hook)],
                Script = "true",
                Shows = "said argument 1\n",
                Look = static bundle => Output(bundle.Run()) + (File.Exists(bundle.Rootfs + "/hooked") ? File.ReadAllText(bundle.Rootfs + "/hooked") : ""),
            };
            string slow = "{\"path\":\"/bin/sh\",\"args\":[\"sh\",\"-c\",\"sleep 3\"],\"env\":[\"PATH=/bin:/usr/bin\"],\"timeout\":1}";
            yield return new FieldCase
            {
                Fields = [$"hooks.{kind}[].timeout"],
                Config = [("hooks." + kind + "[]", slow)],
                Script = "true",
                Shows = kind,
                Look = static bundle => Output(bundle.Run()) + (File.Exists(bundle.Log) ? File.ReadAllText(bundle.Log) : ""),
            };
        }
    }

    private static string Output(ToolResult result) => FieldCase.Output(result);

    private static IEnumerable<FieldCase> Namespaces()
    {
        yield return Case("linux.namespaces[].type", "cat /proc/self/cmdline >/dev/null; echo pid $$", "pid 1\n");
        yield return new FieldCase
        {
            Fields = ["linux.namespaces[].path"],
            Script = "readlink /proc/self/ns/net",
            Shows = new FileInfo("/proc/self/ns/net").LinkTarget!,
            Documented = ("`readlink /proc/self/ns/net`", "the namespace that was named"),
            Prepare = static bundle =>
            {
                JsonPath.Remove(bundle.Config, "linux.namespaces");
                JsonPath.Put(bundle.Config, "linux.namespaces", """[{"type":"mount"},{"type":"pid"},{"type":"network","path":"/proc/self/ns/net"}]""");
            },
        };
        yield return Case(
            ["linux.uidMappings[].containerID", "linux.uidMappings[].hostID", "linux.uidMappings[].size", "linux.gidMappings[].containerID", "linux.gidMappings[].hostID", "linux.gidMappings[].size"],
            "for m in uid gid; do echo $m $(cat /proc/self/${m}_map); done", "uid 0 300000 5 5 400000 60\ngid 0 500000 7 7 600000 80\n",
            ("linux.namespaces[]", """{"type":"user"}"""),
            ("linux.uidMappings", """[{"containerID":0,"hostID":300000,"size":5},{"containerID":5,"hostID":400000,"size":60}]"""),
            ("linux.gidMappings", """[{"containerID":0,"hostID":500000,"size":7},{"containerID":7,"hostID":600000,"size":80}]""")) with { Needs = Needs.UserNamespaces };
        yield return Case(
            ["linux.timeOffsets.monotonic.secs", "linux.timeOffsets.monotonic.nanosecs", "linux.timeOffsets.boottime.secs", "linux.timeOffsets.boottime.nanosecs"],
            "echo $(cat /proc/self/timens_offsets)", "monotonic 1000 7 boottime 2000 9",
            ("linux.namespaces[]", """{"type":"time"}"""),
            ("linux.timeOffsets", """{"monotonic":{"secs":1000,"nanosecs":7},"boottime":{"secs":2000,"nanosecs":9}}"""));
    }
}

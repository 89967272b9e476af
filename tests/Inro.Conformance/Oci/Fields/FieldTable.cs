namespace Inro.Conformance.Oci.Fields;

/// <summary>Every field of config.json for Linux, as the specification 1.3 has them, in its order: the list that is worked off.</summary>
internal static class FieldTable
{
    /// <summary>Where a field is shown.</summary>
    /// <param name="Field">Path in config.json.</param>
    /// <param name="Case">How it is seen here; null where another test shows it.</param>
    /// <param name="Test">The other test's class, and what it shows; null where there is a case.</param>
    public sealed record Row(string Field, FieldCase? Case, string? Test);

    /// <summary>The rows, one for each field.</summary>
    public static IReadOnlyList<Row> Rows { get; } = [.. Fields().Select(static field => new Row(
        field,
        FieldCases.All.FirstOrDefault(c => c.Fields.Contains(field)),
        FieldsShownElsewhere.Tests.GetValueOrDefault(field)))];

    private static IEnumerable<string> Fields()
    {
        foreach (string line in Groups.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            string[] words = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            if (words.Length == 1) { yield return words[0]; }

            foreach (string member in words.Skip(1)) { yield return words[0] + member; }
        }
    }

    // A prefix, and what it holds.
    private const string Groups = """
        ociVersion
        root. path readonly
        mounts[]. destination type source options[] uidMappings[].containerID uidMappings[].hostID uidMappings[].size gidMappings[].containerID gidMappings[].hostID gidMappings[].size
        hostname
        domainname
        process. terminal consoleSize.height consoleSize.width cwd env[] args[] commandLine
        process.user. uid gid umask additionalGids[] username
        process.capabilities. bounding[] effective[] inheritable[] permitted[] ambient[]
        process.rlimits[]. type soft hard
        process. noNewPrivileges apparmorProfile selinuxLabel oomScoreAdj
        process.scheduler. policy nice priority flags[] runtime deadline period
        process.ioPriority. class priority
        process.execCPUAffinity. initial final
        hooks.prestart[]. path args[] env[] timeout
        hooks.createRuntime[]. path args[] env[] timeout
        hooks.createContainer[]. path args[] env[] timeout
        hooks.startContainer[]. path args[] env[] timeout
        hooks.poststart[]. path args[] env[] timeout
        hooks.poststop[]. path args[] env[] timeout
        annotations{}
        linux.namespaces[]. type path
        linux. uidMappings[].containerID uidMappings[].hostID uidMappings[].size gidMappings[].containerID gidMappings[].hostID gidMappings[].size
        linux.timeOffsets. monotonic.secs monotonic.nanosecs boottime.secs boottime.nanosecs
        linux.devices[]. type path major minor fileMode uid gid
        linux.netDevices{}.name
        linux.cgroupsPath
        linux.resources.devices[]. allow type major minor access
        linux.resources.memory. limit reservation swap kernel kernelTCP swappiness disableOOMKiller useHierarchy checkBeforeUpdate
        linux.resources.cpu. shares quota burst period realtimeRuntime realtimePeriod cpus mems idle
        linux.resources.blockIO. weight leafWeight weightDevice[].major weightDevice[].minor weightDevice[].weight weightDevice[].leafWeight
        linux.resources.blockIO.throttleReadBpsDevice[]. major minor rate
        linux.resources.blockIO.throttleWriteBpsDevice[]. major minor rate
        linux.resources.blockIO.throttleReadIOPSDevice[]. major minor rate
        linux.resources.blockIO.throttleWriteIOPSDevice[]. major minor rate
        linux.resources.hugepageLimits[]. pageSize limit
        linux.resources.network. classID priorities[].name priorities[].priority
        linux.resources.pids.limit
        linux.resources.rdma{}. hcaHandles hcaObjects
        linux.resources.unified{}
        linux.intelRdt. closID schemata[] l3CacheSchema memBwSchema enableMonitoring
        linux.memoryPolicy. mode nodes flags[]
        linux.sysctl{}
        linux.seccomp. defaultAction defaultErrnoRet architectures[] flags[] listenerPath listenerMetadata
        linux.seccomp.syscalls[]. names[] action errnoRet args[].index args[].value args[].valueTwo args[].op
        linux.rootfsPropagation
        linux. maskedPaths[] readonlyPaths[] mountLabel
        linux.personality. domain flags[]
        """;
}

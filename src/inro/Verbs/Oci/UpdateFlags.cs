using System.Globalization;
using Inro.Engine;
using Inro.Spec.Runtime;

namespace Inro.Cli.Verbs.Oci;

/// <summary>Flags of <c>update</c>. As in runc, 0 and an empty text mean that nothing is given.</summary>
internal sealed class UpdateFlags
{
    private readonly Dictionary<string, string> texts = new(StringComparer.Ordinal);
    private ushort weight;
    private long pids;

    /// <summary>File with the limits; the other flags are not looked at then.</summary>
    public string? File { get; private set; }

    public bool Take(string name, ref OciFlags flags)
    {
        switch (name)
        {
            case "r" or "resources":
                File = flags.Value(name);
                return true;
            case "blkio-weight":
                weight = (ushort)flags.Number(name, 0, ushort.MaxValue);
                return true;
            case "pids-limit":
                pids = flags.Number(name, long.MinValue, long.MaxValue);
                return true;
            case "cpu-period" or "cpu-quota" or "cpu-burst" or "cpu-share" or "cpu-rt-period" or "cpu-rt-runtime" or "cpu-idle" or "cpuset-cpus" or "cpuset-mems"
                or "memory" or "memory-reservation" or "memory-swap" or "kernel-memory" or "kernel-memory-tcp" or "l3-cache-schema" or "mem-bw-schema":
                texts[name] = flags.Value(name);
                return true;
            default:
                return false;
        }
    }

    /// <summary>The limits that the flags name.</summary>
    public LinuxResources Resources() => new()
    {
        Memory = new MemoryResources
        {
            Limit = Size("memory"), Reservation = Size("memory-reservation"), Swap = Size("memory-swap"),
            Kernel = Size("kernel-memory"), KernelTcp = Size("kernel-memory-tcp"),
        },
        Cpu = new CpuResources
        {
            Shares = Unsigned("cpu-share"), Quota = Signed("cpu-quota"), Period = Unsigned("cpu-period"), Burst = Unsigned("cpu-burst"),
            RealtimePeriod = Unsigned("cpu-rt-period"), RealtimeRuntime = Signed("cpu-rt-runtime"), Idle = Signed("cpu-idle"),
            Cpus = Text("cpuset-cpus"), Mems = Text("cpuset-mems"),
        },
        Pids = pids == 0 ? null : new PidsResources(pids),
        BlockIo = weight == 0 ? null : new BlockIoResources { Weight = weight },
    };

    /// <summary>The shares of caches and bandwidth that the flags name; null for none. Refuses what this host's processor or kernel cannot do.</summary>
    /// <param name="information">The directory in which resctrl tells what there is.</param>
    public IntelRdtConfig? CacheControl(string information = "/sys/fs/resctrl/info")
    {
        string? cache = Text("l3-cache-schema"), bandwidth = Text("mem-bw-schema");
        if (cache is not null && !Directory.Exists(information + "/L3")) { throw new OciUsageException("Intel RDT/CAT: l3 cache schema is not enabled"); }

        if (bandwidth is not null && !Directory.Exists(information + "/MB")) { throw new OciUsageException("Intel RDT/MBA: memory bandwidth schema is not enabled"); }

        return cache is null && bandwidth is null ? null : new IntelRdtConfig { L3CacheSchema = cache, MemBwSchema = bandwidth };
    }

    private string? Text(string name) => texts.TryGetValue(name, out string? text) && text.Length > 0 ? text : null;

    private ulong? Unsigned(string name) => Text(name) is not { } text ? null
        : ulong.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out ulong value) ? value : throw Invalid(name, $"\"{text}\" is not a number from 0 upwards");

    private long? Signed(string name) => Text(name) is not { } text ? null
        : long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long value) ? value : throw Invalid(name, $"\"{text}\" is not a number");

    private long? Size(string name)
    {
        if (Text(name) is not { } text) { return null; }

        if (text == "-1") { return -1; }

        try { return ByteSize.Parse(text); }
        catch (FormatException e) { throw Invalid(name, e.Message); }
    }

    private static OciUsageException Invalid(string name, string why) => new($"invalid value for {name}: {why}");
}
